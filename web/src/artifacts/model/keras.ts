// What Keras writes down of a model beside its weights: JSON, of which only the names are shown.

interface Layer {
  class_name?: string;
  name?: string;
  config?: { name?: string; layers?: Layer[] };
}

const MOST_LAYERS = 200;

function parsed<T>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

const nameOf = (layer: Layer) => [layer.class_name, layer.config?.name ?? layer.name].filter((one) => typeof one === "string").join(" ");

/** Facts by name: of its class, its layers, and what wrote it. */
export function kerasFacts(config: string, metadata = ""): [string, string][] {
  const model = parsed<Layer>(config);
  const told = parsed<{ keras_version?: unknown; date_saved?: unknown }>(metadata);
  const layers = Array.isArray(model?.config?.layers) ? model.config.layers : [];
  const lines = layers.slice(0, MOST_LAYERS).map((layer) => nameOf(layer ?? {}));
  if (layers.length > MOST_LAYERS) lines.push(`… ${layers.length - MOST_LAYERS}`);
  const facts: [string, unknown][] = [
    ["model", model && nameOf(model)],
    ["layers", lines.length > 0 && `${layers.length}\n${lines.join("\n")}`],
    ["keras_version", told?.keras_version],
    ["date_saved", told?.date_saved],
  ];
  return facts.flatMap(([name, value]): [string, string][] => (typeof value === "string" && value ? [[name, value]] : []));
}
