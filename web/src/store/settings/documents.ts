// S3's documents of a bucket's settings: what a first one looks like, and what can be checked before it is sent.

export const ENCRYPT_BY_STORE =
  "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";

export function policyExample(bucket: string): string {
  return JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadByEverybody",
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:GetObject"],
          Resource: [`arn:aws:s3:::${bucket}/public/*`],
        },
      ],
    },
    null,
    2,
  );
}

export const LIFECYCLE_EXAMPLE = `<LifecycleConfiguration>
  <Rule>
    <ID>expire-temporary</ID>
    <Status>Enabled</Status>
    <Filter><Prefix>tmp/</Prefix></Filter>
    <Expiration><Days>7</Days></Expiration>
    <AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>
  </Rule>
</LifecycleConfiguration>
`;

export const CORS_EXAMPLE = `<CORSConfiguration>
  <CORSRule>
    <AllowedOrigin>https://app.example</AllowedOrigin>
    <AllowedMethod>GET</AllowedMethod>
    <AllowedHeader>*</AllowedHeader>
  </CORSRule>
</CORSConfiguration>
`;

export const EVENTS_EXAMPLE = `<NotificationConfiguration>
  <QueueConfiguration>
    <Queue>arn:penstock:sqs::NAME:webhook</Queue>
    <Event>s3:ObjectCreated:*</Event>
  </QueueConfiguration>
</NotificationConfiguration>
`;

/** What is wrong with a policy that can be seen without the server; it is in the policy's own words. */
export function policyProblem(text: string): string | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (typeof policy !== "object" || policy === null || Array.isArray(policy)) return "a policy is a JSON object";
  const { Version, Statement } = policy as { Version?: unknown; Statement?: unknown };
  if (Version !== undefined && Version !== "2012-10-17" && Version !== "2008-10-17") return 'Version: must be "2012-10-17"';
  const statements = Array.isArray(Statement) ? Statement : Statement ? [Statement] : [];
  if (statements.length === 0) return "Statement: at least one is needed";
  for (const [index, statement] of statements.entries()) {
    const problem = statementProblem(statement as Record<string, unknown>);
    if (problem) return `Statement[${index}]: ${problem}`;
  }
  return undefined;
}

function statementProblem(statement: Record<string, unknown>): string | undefined {
  if (typeof statement !== "object" || statement === null) return "must be an object";
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return 'Effect: must be "Allow" or "Deny"';
  if (!statement.Action && !statement.NotAction) return "Action: is missing";
  // What is done to the server as a whole has no resource.
  const actions = [statement.Action ?? []].flat().map(String);
  const ofServer = actions.length > 0 && actions.every((action) => /^(admin|kms|sts):/i.test(action));
  if (!ofServer && !statement.Resource && !statement.NotResource) return "Resource: is missing";
  return undefined;
}

/** Whether a text is well-formed XML; the browser's words for what is not. */
export function xmlProblem(text: string): string | undefined {
  const parsed = new DOMParser().parseFromString(text, "application/xml").querySelector("parsererror");
  return parsed?.textContent?.split("\n").find((line) => /error/i.test(line)) ?? (parsed ? "not well-formed XML" : undefined);
}

/** Indented, for people: the store keeps documents in one line. */
export function prettyXml(text: string): string {
  let depth = 0;
  const parts = text.replace(/<\?xml[^>]*\?>\s*/, "").replace(/>\s*</g, ">\n<").split("\n");
  return parts
    .map((part) => {
      if (part.startsWith("</")) depth -= 1;
      const line = "  ".repeat(Math.max(0, depth)) + part;
      if (/^<[^/!?][^>]*[^/]>$/.test(part) || /^<[^/!?]>$/.test(part)) depth += 1;
      return line;
    })
    .join("\n");
}
