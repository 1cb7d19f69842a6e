import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useT } from "@/i18n";
import { notifyDone, notifyFailed } from "./notify";

interface Options<Input, Output> {
  /** What is stale afterwards. */
  refresh?: QueryKey[];
  done?: (output: Output, input: Input) => string | undefined;
  onDone?: (output: Output, input: Input) => void;
}

/** A change on the server: it is told when it is done, or why it was refused. */
export function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  options: Options<Input, Output> = {},
) {
  const client = useQueryClient();
  const t = useT();
  return useMutation({
    mutationFn: change,
    onSuccess: async (output, input) => {
      const message = options.done?.(output, input);
      if (message) notifyDone(message, t("action.close"));
      options.onDone?.(output, input);
      await Promise.all((options.refresh ?? []).map((queryKey) => client.invalidateQueries({ queryKey })));
    },
    onError: (error) => notifyFailed(t("error.title"), error, t("action.close")),
  });
}
