/** Parses an answer of the store; what is not XML has no elements. */
export function parseXml(text: string): Element {
  return new DOMParser().parseFromString(text, "application/xml").documentElement;
}

/** The text of the first element of that name, anywhere below; "" where there is none. */
export function textAt(element: Element, name: string): string {
  return element.getElementsByTagName(name)[0]?.textContent ?? "";
}

/** All elements of that name, anywhere below. */
export function allAt(element: Element, name: string): Element[] {
  return [...element.getElementsByTagName(name)];
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
