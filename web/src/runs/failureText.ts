/** What the engine says between why a task failed and the end of its log. */
const LOG_FOLLOWS = "; the end of its log:\n";

/** Why a task failed, and the last lines of its log, which say most. */
export function failureText(message: string, lines = 6): { reason: string; log: string } {
  const at = message.indexOf(LOG_FOLLOWS);
  if (at < 0) return { reason: message, log: "" };
  const log = message.slice(at + LOG_FOLLOWS.length).trimEnd().split("\n");
  return { reason: message.slice(0, at), log: log.slice(-lines).join("\n") };
}
