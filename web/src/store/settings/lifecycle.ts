// Lifecycle rules as a form shows them, from and to S3's document.
import { escapeXml } from "../client/xml";
import { child, childText, childrenOf, hasOnly, type XmlNode } from "./xmlTree";

export interface LifecycleRule {
  id: string;
  enabled: boolean;
  prefix: string;
  tags: Record<string, string>;
  /** Days, as typed; "" for never. */
  expireAfter: string;
  dropOldAfter: string;
  keepNewest: string; // old versions that stay all the same
  abortAfter: string;
  dropLoneMarkers: boolean;
}

export function newLifecycleRule(): LifecycleRule {
  return { id: "", enabled: true, prefix: "", tags: {}, expireAfter: "", dropOldAfter: "", keepNewest: "", abortAfter: "", dropLoneMarkers: false };
}

interface Filter {
  prefix: string;
  tags: Record<string, string>;
}

function filterOf(rule: XmlNode): Filter | null {
  const filter = child(rule, "Filter");
  const around = filter ? (child(filter, "And") ?? filter) : rule;
  if (filter && around !== filter && filter.children.length !== 1) return null;
  if (filter && !hasOnly(around, ["Prefix"], ["Tag"])) return null;
  const tags = filter ? childrenOf(around, "Tag").map((tag) => [childText(tag, "Key"), childText(tag, "Value")]) : [];
  return { prefix: childText(around, "Prefix"), tags: Object.fromEntries(tags) as Record<string, string> };
}

function ruleOf(node: XmlNode): LifecycleRule | null {
  const known = ["ID", "Status", "Filter", "Prefix", "Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"];
  const expiration = child(node, "Expiration");
  const filter = filterOf(node);
  if (!filter || !hasOnly(node, known) || (expiration && !hasOnly(expiration, ["Days", "ExpiredObjectDeleteMarker"]))) return null;
  const old = child(node, "NoncurrentVersionExpiration");
  const abort = child(node, "AbortIncompleteMultipartUpload");
  return {
    id: childText(node, "ID"),
    enabled: childText(node, "Status") === "Enabled",
    ...filter,
    expireAfter: expiration ? childText(expiration, "Days") : "",
    dropOldAfter: old ? childText(old, "NoncurrentDays") : "",
    keepNewest: old ? childText(old, "NewerNoncurrentVersions") : "",
    abortAfter: abort ? childText(abort, "DaysAfterInitiation") : "",
    dropLoneMarkers: expiration ? childText(expiration, "ExpiredObjectDeleteMarker") === "true" : false,
  };
}

/** Null where a rule says what the form does not show: it would be lost. */
export function readLifecycle(root: XmlNode): LifecycleRule[] | null {
  const rules = root.children.map((node) => (node.name === "Rule" ? ruleOf(node) : null));
  return rules.every((rule) => rule !== null) ? rules : null;
}

const DAYS = /^[1-9]\d{0,8}$/;

export type LifecycleProblem = "nothing" | "days" | "tags" | "keep" | "markers";

/** What is wrong with a rule before the store is asked. */
export function lifecycleProblem(rule: LifecycleRule): LifecycleProblem | undefined {
  if ([rule.expireAfter, rule.dropOldAfter, rule.keepNewest, rule.abortAfter].some((days) => days !== "" && !DAYS.test(days))) return "days";
  if (!rule.expireAfter && !rule.dropOldAfter && !rule.abortAfter && !rule.dropLoneMarkers) return "nothing";
  if (rule.keepNewest && !rule.dropOldAfter) return "keep";
  // S3's own rules: such actions are not for objects with certain tags.
  if (Object.keys(rule.tags).length > 0 && (rule.abortAfter || rule.dropLoneMarkers)) return "tags";
  return rule.expireAfter && rule.dropLoneMarkers ? "markers" : undefined;
}

const element = (name: string, text: string) => `<${name}>${escapeXml(text)}</${name}>`;
const optional = (name: string, text: string) => (text ? element(name, text) : "");

function filterXml({ prefix, tags }: Filter): string {
  const parts = [
    ...(prefix ? [element("Prefix", prefix)] : []),
    ...Object.entries(tags).map(([key, value]) => `<Tag>${element("Key", key)}${element("Value", value)}</Tag>`),
  ];
  if (parts.length === 0) return "<Filter><Prefix></Prefix></Filter>";
  return parts.length === 1 ? `<Filter>${parts[0]}</Filter>` : `<Filter><And>${parts.join("")}</And></Filter>`;
}

function ruleXml(rule: LifecycleRule): string {
  return [
    "<Rule>",
    optional("ID", rule.id),
    element("Status", rule.enabled ? "Enabled" : "Disabled"),
    filterXml(rule),
    rule.expireAfter && `<Expiration>${element("Days", rule.expireAfter)}</Expiration>`,
    rule.dropLoneMarkers && `<Expiration>${element("ExpiredObjectDeleteMarker", "true")}</Expiration>`,
    rule.dropOldAfter && `<NoncurrentVersionExpiration>${element("NoncurrentDays", rule.dropOldAfter)}${optional("NewerNoncurrentVersions", rule.keepNewest)}</NoncurrentVersionExpiration>`,
    rule.abortAfter && `<AbortIncompleteMultipartUpload>${element("DaysAfterInitiation", rule.abortAfter)}</AbortIncompleteMultipartUpload>`,
    "</Rule>",
  ]
    .filter(Boolean)
    .join("");
}

export function writeLifecycle(rules: LifecycleRule[]): string {
  return `<LifecycleConfiguration>${rules.map(ruleXml).join("")}</LifecycleConfiguration>`;
}
