import { useQuery } from "@tanstack/react-query";
import { request } from "./http";

/** What the server says of itself (src/ui/web_app.cc). */
export interface ServerConfig {
  version: string;
  commit: string;
  region: string;
  s3_url: string;
  store_path: string;
}

export function useServerConfig() {
  return useQuery({
    queryKey: ["config"],
    queryFn: () => request<ServerConfig>("/penstock/ui/config.json"),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
