import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { tasksApi } from "@/api/runs";
import { usePathParam, useReplace } from "@/app/navigation";
import { paths } from "@/app/paths";
import { LoadedPage } from "@/ui/LoadedPage";
import { Loading } from "@/ui/states";

/** Where Kubeflow's app shows an execution: the task is shown within its run. */
export default function ExecutionPage() {
  const id = usePathParam("taskId");
  const query = useQuery({ queryKey: ["tasks", id], queryFn: () => tasksApi.get(id) });
  const replace = useReplace();
  const runId = query.data?.run_id;
  useEffect(() => {
    if (runId) replace(paths.task(runId, id));
  }, [runId, id, replace]);
  return <LoadedPage query={query} missing="missing.task" list={{ label: "runs.title", to: paths.runs }}>{() => <Loading />}</LoadedPage>;
}
