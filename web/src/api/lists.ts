import type { Query } from "./http";

/** How one page of a list is asked for. */
export interface ListRequest {
  pageToken?: string;
  pageSize?: number;
  sortBy?: string; // "created_at desc"
  predicates?: Predicate[];
}

export interface Predicate {
  operation: "EQUALS" | "NOT_EQUALS" | "IS_SUBSTRING" | "IN" | "GREATER_THAN_EQUALS" | "LESS_THAN_EQUALS";
  key: string;
  string_value?: string;
  timestamp_value?: string;
  string_values?: { values: string[] };
}

export function listQuery(request: ListRequest): Query {
  const predicates = request.predicates ?? [];
  return {
    page_token: request.pageToken,
    page_size: request.pageSize,
    sort_by: request.sortBy,
    filter: predicates.length ? JSON.stringify({ predicates }) : undefined,
  };
}

export function nameContains(text: string, key = "display_name"): Predicate[] {
  return text ? [{ operation: "IS_SUBSTRING", key, string_value: text }] : [];
}

export function isOneOf(key: string, values: string[]): Predicate {
  return { operation: "IN", key, string_values: { values } };
}

export function storageStateIs(state: "AVAILABLE" | "ARCHIVED"): Predicate {
  return { operation: "EQUALS", key: "storage_state", string_value: state };
}
