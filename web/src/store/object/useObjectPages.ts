import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { listObjects } from "../client/objects";
import { ObjectPages } from "./objectPages";

const AHEAD = 300; // entries before the end at which the next page is fetched

/** The entries below a prefix; `see` tells which are in sight, and fetches what of them is not here. */
export function useObjectPages(bucket: string, prefix: string, begin: string) {
  const first = useQuery({
    queryKey: ["store", "objects", bucket, prefix, begin],
    queryFn: () => listObjects(bucket, prefix + begin, undefined),
  });
  const pages = useMemo(() => (first.data ? new ObjectPages(prefix, first.data) : undefined), [first.data, prefix]);
  const [came, setCame] = useState(0);
  const [problem, setProblem] = useState<unknown>();
  const [sight, setSight] = useState({ first: 0, last: 0 });
  const busy = useRef<ObjectPages>(undefined);

  useEffect(() => {
    if (!pages || busy.current === pages || problem !== undefined) return;
    const missing = pages.missing(sight.first, sight.last)[0];
    const ahead = pages.more && sight.last >= pages.count - AHEAD;
    if (!missing && !ahead) return;
    busy.current = pages;
    const token = missing ? missing.token : pages.nextToken;
    listObjects(bucket, prefix + begin, token)
      .then((listing) => {
        if (missing) pages.put(missing.page, listing);
        else pages.add(token, listing);
      })
      .catch(setProblem)
      .finally(() => {
        busy.current = undefined;
        setCame((count) => count + 1);
      });
  }, [pages, bucket, prefix, begin, sight, came, problem]);

  return { first, pages, came, problem, retry: () => setProblem(undefined), see: setSight };
}
