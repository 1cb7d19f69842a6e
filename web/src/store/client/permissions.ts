// What whoever is signed in may do, so that nothing else is offered. The store decides all the same.
import { useQuery } from "@tanstack/react-query";
import { admin } from "./admin";
import { useSession } from "@/session/session";

/** Until the store has answered, and where it cannot tell, everything is offered. */
export function mayOf(permissions: readonly string[] | undefined): (action: string) => boolean {
  if (!permissions) return () => true;
  const known = new Set(permissions);
  return (action) => known.has(action);
}

/** In a bucket, and there below a prefix: what is asked of no bucket in particular is known everywhere. */
export function useMay(bucket?: string, prefix?: string): (action: string) => boolean {
  const session = useSession();
  const query = useQuery({
    queryKey: ["store", "permissions", session?.accessKey, bucket, prefix],
    queryFn: () => admin.permissions(bucket, prefix),
    enabled: session !== null,
    staleTime: 60_000,
    retry: false,
  });
  return mayOf(query.data?.permissions);
}
