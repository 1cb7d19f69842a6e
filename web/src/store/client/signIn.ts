import { setSession } from "@/session/session";
import { signedFetch } from "./signing";
import { parseXml, textAt } from "./xml";

const LASTS_SECONDS = 12 * 3600;

/** Trades lasting keys for temporary ones; the secret is forgotten at once. */
export async function signIn(accessKey: string, secretKey: string): Promise<void> {
  const form = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    DurationSeconds: String(LASTS_SECONDS),
    RoleArn: "arn:aws:iam::000000000000:role/self",
    RoleSessionName: "web",
  });
  const response = await signedFetch("POST", "/", {
    keys: { accessKey, secretKey },
    service: "sts",
    body: form.toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  const answer = parseXml(await response.text());
  setSession({
    user: accessKey,
    accessKey: textAt(answer, "AccessKeyId"),
    secretKey: textAt(answer, "SecretAccessKey"),
    sessionToken: textAt(answer, "SessionToken"),
    expires: textAt(answer, "Expiration"),
  });
}
