import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { admin } from "../client/admin";
import { StoreError } from "../client/signing";
import { policyProblem } from "./documents";

const PAUSE_MS = 300;

/**
 * What is wrong with a policy as it is typed: at once what can be seen here, and a moment later what
 * the store, which is not to keep it yet, says of it. Null: there is nothing to be checked.
 */
export function usePolicyCheck(text: string | null, bucket?: string): string | undefined {
  const here = text === null ? undefined : policyProblem(text);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const asked = settled === text && text !== null && here === undefined;
  const query = useQuery({
    queryKey: ["store", "policy-check", bucket, settled],
    queryFn: async () => {
      try {
        await admin.checkPolicy(JSON.parse(settled ?? "{}") as object, bucket);
        return "";
      } catch (error) {
        // Whoever cannot be asked is asked when it is saved.
        return error instanceof StoreError && error.status === 400 ? error.message : "";
      }
    },
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return here ?? ((asked && query.data) || undefined);
}
