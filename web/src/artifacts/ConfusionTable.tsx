import { useT } from "@/i18n";
import classes from "./ConfusionTable.module.css";
import type { ConfusionMatrix } from "./metrics";

/** A matrix whose cells are darker the more of their row they hold. */
export function ConfusionTable({ matrix }: { matrix: ConfusionMatrix }) {
  const t = useT();
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("artifacts.confusion")}>
      <table className={classes.table}>
        <caption>{t("artifacts.actual")} ↓ / {t("artifacts.predicted")} →</caption>
        <thead>
          <tr>
            <td />
            {matrix.labels.map((label) => <th key={label} scope="col">{label}</th>)}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row, index) => {
            const sum = row.reduce((total, value) => total + value, 0) || 1;
            return (
              <tr key={matrix.labels[index] ?? index}>
                <th scope="row">{matrix.labels[index]}</th>
                {row.map((value, column) => (
                  <td key={matrix.labels[column] ?? column} style={{ "--share": value / sum } as React.CSSProperties} data-strong={value / sum > 0.55 || undefined}>{value}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
