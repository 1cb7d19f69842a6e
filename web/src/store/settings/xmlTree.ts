/** An element as its name, its own text and its children: what documents of settings are read from. */
export interface XmlNode {
  name: string;
  text: string;
  children: XmlNode[];
}

export function treeOf(element: Element): XmlNode {
  const children = [...element.children].map(treeOf);
  return { name: element.localName, text: children.length ? "" : (element.textContent ?? "").trim(), children };
}

export const child = (node: XmlNode, name: string): XmlNode | undefined => node.children.find((one) => one.name === name);
export const childText = (node: XmlNode, name: string): string => child(node, name)?.text ?? "";
export const childrenOf = (node: XmlNode, name: string): XmlNode[] => node.children.filter((one) => one.name === name);

/** Whether a node has nothing but these children, each at most once but for those that may come again. */
export function hasOnly(node: XmlNode, once: string[], again: string[] = []): boolean {
  return (
    node.children.every((one) => once.includes(one.name) || again.includes(one.name)) &&
    once.every((name) => childrenOf(node, name).length <= 1)
  );
}
