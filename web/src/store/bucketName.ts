import type { MessageKey } from "@/i18n/messages";

/** What is wrong with a name, as S3 sees it. */
export function bucketNameProblem(name: string): MessageKey | undefined {
  if (name.length < 3 || name.length > 63) return "buckets.nameLength";
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name)) return "buckets.nameLetters";
  if (name.includes("..") || /^\d+\.\d+\.\d+\.\d+$/.test(name)) return "buckets.nameDots";
  return undefined;
}

const UNITS = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
export type QuotaUnit = keyof typeof UNITS;

export function quotaBytes(count: string, unit: QuotaUnit): number | undefined {
  const value = Number(count);
  return count.trim() && Number.isFinite(value) && value > 0 ? Math.round(value * UNITS[unit]) : undefined;
}
