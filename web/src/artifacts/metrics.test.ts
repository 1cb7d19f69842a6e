import { expect, it } from "vitest";
import type { Artifact } from "@/api/types";
import { confusionMatrix, rocCurve, scalarMetrics } from "./metrics";

const of = (schema_title: string, metadata: Artifact["metadata"]): Artifact => ({ artifact_id: "1", schema_title, metadata });

it("reads metrics of the type only", () => {
  expect(scalarMetrics(of("system.Metrics", { accuracy: 0.9 }))).toEqual([{ name: "accuracy", value: 0.9 }]);
  expect(scalarMetrics(of("system.Model", { framework: "x" }))).toEqual([]);
});

it("puts a curve's points in order, with zeros that were left out", () => {
  const points = rocCurve(
    of("system.ClassificationMetrics", {
      confidenceMetrics: [
        { confidenceThreshold: 0.5, recall: 0.8, falsePositiveRate: 0.3 },
        { confidenceThreshold: 1 },
      ],
    }),
  );
  expect(points).toEqual([
    { threshold: 1, truePositive: 0, falsePositive: 0 },
    { threshold: 0.5, truePositive: 0.8, falsePositive: 0.3 },
  ]);
  expect(rocCurve(of("x", undefined))).toEqual([]);
});

it("reads a matrix, and nothing that is none", () => {
  const matrix = { annotationSpecs: [{ displayName: "a" }, { displayName: "b" }], rows: [{ row: [1, 2] }, { row: [3, 4] }] };
  expect(confusionMatrix(of("x", { confusionMatrix: matrix }))).toEqual({ labels: ["a", "b"], rows: [[1, 2], [3, 4]] });
  expect(confusionMatrix(of("x", { confusionMatrix: { struct: matrix } }))?.labels).toEqual(["a", "b"]);
  expect(confusionMatrix(of("x", { confusionMatrix: 7 }))).toBeUndefined();
});
