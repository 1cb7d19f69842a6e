// Requests to the pipelines API, on the address that served the app.
import { takeEarly } from "@/early";
import { setSignInAsked } from "@/session/asked";

/** What the server says is wrong, in its own words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface RequestOptions {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  query?: Query;
  json?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Relative to the page, so that a proxy may put the app below a path. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `.${path}${text ? `?${text}` : ""}`;
}

// Errors of uploads have another form than all others.
interface ErrorBody {
  message?: string;
  details?: { message?: string }[];
  error_message?: string;
  error_details?: string;
}

export function messageOf(body: string, status: number): string {
  try {
    const error = JSON.parse(body) as ErrorBody;
    const detail = error.details?.find((one) => one.message)?.message;
    const message = detail ?? error.message ?? error.error_details ?? error.error_message;
    if (message) return message;
  } catch {
    // Not JSON: a proxy's page, or plain text.
  }
  const text = body.trim();
  return text && text.length < 500 && !text.startsWith("<") ? text : `HTTP ${status}`;
}

export async function fetchChecked(path: string, options: RequestOptions = {}): Promise<Response> {
  const init: RequestInit = { method: options.method ?? "GET", headers: options.headers, signal: options.signal };
  if (options.json !== undefined) {
    init.body = JSON.stringify(options.json);
    init.headers = { "Content-Type": "application/json", ...options.headers };
  } else if (options.form) {
    init.body = options.form;
  }
  const url = apiUrl(path, options.query);
  const asked = init.method === "GET" && !options.headers ? takeEarly(url) : undefined;
  const response = await (asked ?? fetch(url, init));
  // Whoever has not said who they are is asked; the page that was gone to waits.
  if (response.status === 401) setSignInAsked(true);
  if (!response.ok) throw new ApiError(response.status, messageOf(await response.text(), response.status));
  return response;
}

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await (await fetchChecked(path, options)).json()) as T;
}
