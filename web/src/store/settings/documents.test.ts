import { describe, expect, it } from "vitest";
import { policyExample, policyProblem, prettyXml } from "./documents";

describe("policyProblem", () => {
  it.each([
    [policyExample("b"), undefined],
    ['{"Statement":[{"Effect":"Allow","Action":["admin:*"]}]}', undefined],
    ["{", /JSON|position|Expected/],
    ["[]", /object/],
    ['{"Version":"1"}', /Version/],
    ['{"Statement":[]}', /Statement/],
    ['{"Statement":{"Effect":"allow"}}', /Statement\[0\]: Effect/],
    ['{"Statement":[{"Effect":"Allow","Resource":"*"}]}', /Action/],
    ['{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}', /Resource/],
  ])("%#", (text, problem) => {
    if (problem) expect(policyProblem(text)).toMatch(problem);
    else expect(policyProblem(text)).toBeUndefined();
  });
});

it("indents documents", () => {
  expect(prettyXml('<?xml version="1.0"?><A><B>1</B><C/></A>')).toBe("<A>\n  <B>1</B>\n  <C/>\n</A>");
});
