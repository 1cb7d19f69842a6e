import { Cursor, factsOf, type ModelFacts, MOST_TENSORS, type Tensor } from "./facts";

const TYPES = ["", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"];

interface Field {
  number: number;
  value: number; // of a number
  body: Cursor; // of what has a length; empty otherwise
  /** Its bytes are not all there. */
  cut: boolean;
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = cursor.u8();
    value += (byte & 127) * factor;
    if (byte < 128) return value;
    if (factor > 2 ** 56) throw new TypeError("not a number of protobuf");
  }
}

/** The fields of a message of protobuf; a body that is cut ends them. */
function* fieldsOf(cursor: Cursor): Generator<Field> {
  while (cursor.left > 0) {
    const key = varint(cursor);
    const field: Field = { number: Math.floor(key / 8), value: 0, body: new Cursor(new Uint8Array()), cut: false };
    const wire = key % 8;
    if (wire === 0) field.value = varint(cursor);
    else if (wire === 1) cursor.skip(8);
    else if (wire === 5) cursor.skip(4);
    else if (wire === 2) {
      const length = varint(cursor);
      field.cut = length > cursor.left;
      field.body = new Cursor(cursor.take(Math.min(length, cursor.left)));
    } else throw new TypeError("not a message of protobuf");
    yield field;
    if (field.cut) return;
  }
}

const textOf = (field: Field) => field.body.text(field.body.left);

function initializer(body: Cursor): Tensor {
  const tensor: Tensor = { name: "", type: "", shape: [] };
  for (const field of fieldsOf(body)) {
    if (field.number === 1 && field.body.left > 0) while (field.body.left > 0) tensor.shape.push(varint(field.body));
    else if (field.number === 1) tensor.shape.push(field.value);
    else if (field.number === 2) tensor.type = TYPES[field.value] ?? String(field.value);
    else if (field.number === 8) tensor.name = textOf(field);
  }
  return tensor;
}

/** "x: float32[batch, 3, 224, 224]" of a ValueInfoProto. */
function valueInfo(body: Cursor): string {
  let name = "";
  let type = "";
  const shape: string[] = [];
  const dimension = (one: Cursor) => {
    let text = "?";
    for (const field of fieldsOf(one)) text = field.number === 1 ? String(field.value) : field.number === 2 ? textOf(field) : text;
    shape.push(text);
  };
  for (const field of fieldsOf(body)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const kind of fieldsOf(field.body)) {
      if (kind.number !== 1) continue;
      for (const part of fieldsOf(kind.body)) {
        if (part.number === 1) type = TYPES[part.value] ?? String(part.value);
        if (part.number === 2) for (const one of fieldsOf(part.body)) dimension(one.body);
      }
    }
  }
  return `${name}: ${type}[${shape.join(", ")}]`;
}

function graph(body: Cursor, found: ModelFacts): void {
  const operators = new Map<string, number>();
  for (const field of fieldsOf(body)) {
    found.cut ||= field.cut;
    if (field.number === 1) {
      for (const part of fieldsOf(field.body)) {
        if (part.number !== 4) continue;
        const name = textOf(part);
        operators.set(name, (operators.get(name) ?? 0) + 1);
      }
    } else if (field.number === 2) found.facts.push(["graph", textOf(field)]);
    else if (field.number === 5) {
      if (found.tensors.length < MOST_TENSORS) found.tensors.push(initializer(field.body));
      else found.more += 1;
    } else if (field.number === 11) found.facts.push(["input", valueInfo(field.body)]);
    else if (field.number === 12) found.facts.push(["output", valueInfo(field.body)]);
  }
  if (operators.size > 0) found.facts.push(["operators", [...operators].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} × ${count}`).join(", ")]);
}

/** ModelProto of onnx.proto. Any bytes may look like protobuf: only what has a version and a graph is taken for a model. */
export function onnx(bytes: Uint8Array, complete: boolean): ModelFacts | undefined {
  const found = factsOf("ONNX", { cut: !complete });
  let version = 0;
  let hasGraph = false;
  try {
    for (const field of fieldsOf(new Cursor(bytes))) {
      if (field.number === 1) {
        version = field.value;
        found.facts.push(["ir_version", String(version)]);
      } else if (field.number === 2) found.facts.push(["producer", textOf(field)]);
      else if (field.number === 3) found.facts.push(["producer_version", textOf(field)]);
      else if (field.number === 8) {
        const parts = [...fieldsOf(field.body)];
        const domain = parts.filter((part) => part.number === 1).map(textOf).join("") || "ai.onnx";
        found.facts.push(["opset", `${domain} ${parts.find((part) => part.number === 2)?.value ?? ""}`]);
      } else if (field.number === 7) {
        hasGraph = true;
        graph(field.body, found);
      } else if (field.number > 30) return undefined;
    }
  } catch {
    if (!hasGraph || complete) return undefined;
  }
  return version > 0 && version < 100 && hasGraph ? found : undefined;
}
