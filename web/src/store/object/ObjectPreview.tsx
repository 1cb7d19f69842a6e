import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { readPart } from "@/artifacts/fetchPart";
import { kindByContent, kindByName, PREVIEW_BYTES } from "@/artifacts/preview";
import { formatBytes } from "@/format/size";
import { useLanguage } from "@/i18n";
import { Loaded, Loading } from "@/ui/states";
import { getPart } from "../client/objects";
import { StoreError } from "../client/signing";

const PreviewContent = lazy(() => import("@/artifacts/PreviewContent"));

/** What an object holds; HTML is shown as text, for objects come from anybody. */
export function ObjectPreview({ bucket, objectKey, versionId }: { bucket: string; objectKey: string; versionId?: string }) {
  const { t, language } = useLanguage();
  const query = useQuery({
    queryKey: ["store", "object", bucket, objectKey, "preview", versionId],
    queryFn: async () => {
      try {
        return await readPart(await getPart(bucket, objectKey, PREVIEW_BYTES, versionId), PREVIEW_BYTES);
      } catch (error) {
        // An empty object has no first byte to ask for.
        if (error instanceof StoreError && error.status === 416) return { bytes: new Uint8Array(), complete: true };
        throw error;
      }
    },
    gcTime: 60_000,
  });
  return (
    <Loaded query={query}>
      {(part) => (
        <Suspense fallback={<Loading />}>
          {!part.complete && <Text size="sm" c="dimmed" mb="xs">{t("artifacts.tooLarge", { size: formatBytes(PREVIEW_BYTES, language) })}</Text>}
          <PreviewContent kind={kindByName({ name: objectKey.split("/").pop() }) ?? kindByContent(part.bytes)} part={part} name={objectKey} height={460} />
        </Suspense>
      )}
    </Loaded>
  );
}
