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
