// Rules of a bucket's notifications as a form shows them, from and to S3's document.
import { escapeXml } from "../client/xml";
import { child, childText, childrenOf, hasOnly, type XmlNode } from "./xmlTree";

export interface EventRule {
  id: string;
  webhook: string; // its name, or an ARN of another form
  events: string[];
  prefix: string;
  suffix: string;
}

export const EVENT_NAMES = [
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Post",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:ObjectRemoved:DeleteMarkerCreated",
  "s3:ObjectTagging:*",
  "s3:ObjectAccessed:*",
  "s3:ObjectCreated:PutRetention",
  "s3:ObjectCreated:PutLegalHold",
  "s3:LifecycleExpiration:*",
];

export function newEventRule(): EventRule {
  return { id: "", webhook: "", events: ["s3:ObjectCreated:*"], prefix: "", suffix: "" };
}

function webhookOf(arn: string): string {
  return /^arn:(?:minio|penstock):sqs:[^:]*:([^:]+):webhook$/.exec(arn)?.[1] ?? arn;
}

function arnOf(webhook: string): string {
  return webhook.startsWith("arn:") ? webhook : `arn:penstock:sqs::${webhook}:webhook`;
}

function ruleOf(node: XmlNode): EventRule | null {
  if (node.name !== "QueueConfiguration" || !hasOnly(node, ["Id", "Queue", "Filter"], ["Event"])) return null;
  const keys = child(child(node, "Filter") ?? node, "S3Key");
  const filters = keys ? childrenOf(keys, "FilterRule") : [];
  const value = (name: string) => filters.find((one) => childText(one, "Name").toLowerCase() === name);
  if (filters.some((one) => !["prefix", "suffix"].includes(childText(one, "Name").toLowerCase()))) return null;
  const textOf = (one: XmlNode | undefined) => (one ? childText(one, "Value") : "");
  return {
    id: childText(node, "Id"),
    webhook: webhookOf(childText(node, "Queue")),
    events: childrenOf(node, "Event").map((one) => one.text),
    prefix: textOf(value("prefix")),
    suffix: textOf(value("suffix")),
  };
}

/** Null where there is what the form does not show: it would be lost. */
export function readEventRules(root: XmlNode): EventRule[] | null {
  const rules = root.children.map(ruleOf);
  return rules.every((rule) => rule !== null) ? rules : null;
}

export type EventProblem = "webhook" | "events";

export function eventProblem(rule: EventRule): EventProblem | undefined {
  if (!rule.webhook.trim()) return "webhook";
  return rule.events.length === 0 ? "events" : undefined;
}

const element = (name: string, text: string) => `<${name}>${escapeXml(text)}</${name}>`;
const filterRule = (name: string, value: string) => (value ? `<FilterRule>${element("Name", name)}${element("Value", value)}</FilterRule>` : "");

function ruleXml(rule: EventRule): string {
  const filters = filterRule("prefix", rule.prefix) + filterRule("suffix", rule.suffix);
  return [
    "<QueueConfiguration>",
    rule.id && element("Id", rule.id),
    element("Queue", arnOf(rule.webhook.trim())),
    ...rule.events.map((event) => element("Event", event)),
    filters && `<Filter><S3Key>${filters}</S3Key></Filter>`,
    "</QueueConfiguration>",
  ]
    .filter(Boolean)
    .join("");
}

export function writeEventRules(rules: EventRule[]): string {
  return `<NotificationConfiguration>${rules.map(ruleXml).join("")}</NotificationConfiguration>`;
}
