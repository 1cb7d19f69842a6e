import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { openFile } from "@/artifacts/fetchPart";
import { kindByContent, kindByName, PREVIEW_BYTES } from "@/artifacts/preview";
import { formatBytes } from "@/format/size";
import { useLanguage } from "@/i18n";
import { Loaded, Loading } from "@/ui/states";
import { getPart } from "../client/objects";

const PreviewContent = lazy(() => import("@/artifacts/PreviewContent"));

/** What an object holds; HTML is shown as text, for objects come from anybody. */
export function ObjectPreview({ bucket, objectKey, versionId }: { bucket: string; objectKey: string; versionId?: string }) {
  const { t, language } = useLanguage();
  const query = useQuery({
    queryKey: ["store", "object", bucket, objectKey, "preview", versionId],
    queryFn: () => openFile((begin, end) => getPart(bucket, objectKey, begin, end, versionId), PREVIEW_BYTES),
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
