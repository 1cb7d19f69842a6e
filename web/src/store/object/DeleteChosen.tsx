import { useLanguage } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { useChange } from "@/ui/useChange";
import { deleteObjects, keysBelow } from "../client/objects";

/** Deletes what is chosen in a list of objects, folders with all that is in them. */
export function DeleteChosen({ bucket, keys, clear }: { bucket: string; keys: string[]; clear: () => void }) {
  const { t } = useLanguage();
  const remove = useChange(
    async () => {
      const all: string[] = [];
      for (const key of keys) all.push(...(key.endsWith("/") ? await keysBelow(bucket, key) : [key]));
      const failed = await deleteObjects(bucket, all);
      if (failed[0]) throw new Error(t("objects.notDeleted", { count: failed.length, key: failed[0].key, message: failed[0].message }));
      return all.length;
    },
    { refresh: [["store", "objects", bucket], ["store", "buckets"]], done: (count) => t("objects.deleted", { count }), onDone: clear },
  );
  if (keys.length === 0) return null;
  return (
    <ConfirmButton
      size="xs"
      label={`${t("action.delete")} (${keys.length})`}
      title={keys.length === 1 ? t("confirm.delete", { name: keys[0] ?? "" }) : t("objects.deleteTitle", { count: keys.length })}
      text={t(keys.some((key) => key.endsWith("/")) ? "objects.deleteText" : "objects.deleteFilesText", { count: keys.length })}
      onConfirm={() => remove.mutate(undefined)}
    />
  );
}
