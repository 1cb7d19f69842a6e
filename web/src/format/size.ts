const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "0 B", "812 B", "1.5 KiB", "23 MiB": three digits at most. */
export function formatBytes(bytes: number, language = "en"): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  const rounded = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return `${rounded} ${UNITS[unit]}`;
}

/** Marks of an axis up to `most`: round in the unit that they are written in. */
export function byteMarks(most: number, count = 4): number[] {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log(Math.max(most, 1)) / Math.log(1024)));
  const least = Math.max(most, 1) / unit / count;
  const steps = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256];
  const step = (steps.find((one) => one >= least && (unit > 1 || Number.isInteger(one))) ?? 256) * unit;
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, index) => index * step);
}

export function formatCount(count: number, language = "en"): string {
  return new Intl.NumberFormat(language).format(count);
}

/** Metrics: four significant digits, without an exponent where that can be read. */
export function formatNumber(value: number, language = "en"): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(3);
  return new Intl.NumberFormat(language, { maximumSignificantDigits: size >= 1000 ? 9 : 4 }).format(
    value,
  );
}
