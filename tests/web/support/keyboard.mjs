// The app by keyboard alone: what has the focus, and whether that is seen.

export const focused = (page) =>
  page.evaluate(async () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    if (element.closest(".cm-editor")) await new Promise((resolve) => setTimeout(resolve, 100)); // editors show it a little later
    // Choices of a control stand on inputs of no size: what stands beside those shows the focus.
    const { width, height } = element.getBoundingClientRect();
    const shows = element.closest(".cm-editor") ?? (width > 2 && height > 2 ? element : element.nextElementSibling);
    const style = shows && getComputedStyle(shows);
    const shown = style && (style.outlineStyle !== "none" || style.boxShadow !== "none" || ["INPUT", "TEXTAREA", "SELECT", "IFRAME"].includes(shows.tagName));
    return {
      name: (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 60),
      tag: element.tagName,
      seen: Boolean(shown),
      dialog: element.closest("[role=dialog]") !== null,
      menu: element.closest("[role=menu]") !== null,
    };
  });

export async function tabTo(page, name, most = 60) {
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now?.name === name) return now;
  }
  throw new Error(`${name} is not reached with Tab`);
}

/**
 * Goes through a whole page with Tab, from where it begins. What was passed is told, with what the focus cannot be
 * seen on, what was never reached, and whether the end was.
 */
export async function walk(page, most = 500) {
  await page.evaluate(() => {
    globalThis.passed = new Set();
    document.addEventListener("focusin", (event) => globalThis.passed.add(event.target), true);
    const main = document.querySelector("main");
    main.focus({ preventScroll: true });
    globalThis.passed.clear();
  });
  const unseen = [];
  let ended = false;
  let before = "";
  let inFrame = false;
  let same = 0;
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    // A frame whose page comes only now loses the focus, which goes on behind it: that is not the end yet.
    const lost = !now && inFrame;
    inFrame = now?.tag === "IFRAME";
    if (lost) continue;
    if (!now || /^Skip/.test(now.name)) {
      ended = true;
      break;
    }
    if (!now.seen && now.tag !== "MAIN") unseen.push(`${now.tag} "${now.name}"`);
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const { x, y } = element.getBoundingClientRect();
      return { text: `${element.tagName} ${element.id} ${x} ${y} ${element.textContent?.slice(0, 20)}`, parts: element.type === "datetime-local" };
    });
    // Within a frame of another origin the focus goes on unseen from here; a date has a stop for each of its parts.
    same = at.text === before && now.tag !== "IFRAME" ? same + 1 : 0;
    if (same > (at.parts ? 9 : 3)) throw new Error(`the focus is caught on ${now.tag} "${now.name}"`);
    before = at.text;
  }
  const missed = await page.evaluate(() => {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && element.getClientRects().length > 0;
    const candidates = document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary, [tabindex='0'])");
    return [...candidates]
      .filter((element) => {
        if (globalThis.passed.has(element) || !shown(element) || element.disabled || element.tabIndex < 0 || element.closest("[inert], [aria-hidden=true]")) return false;
        // One of a group is a stop, and arrow keys go on to the others.
        if (element.type === "radio") return ![...document.getElementsByName(element.name)].some((one) => globalThis.passed.has(one));
        return true;
      })
      .map((element) => `${element.tagName} "${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40)}"`);
  });
  const passed = await page.evaluate(() => globalThis.passed.size);
  return { unseen, missed, ended, passed };
}
