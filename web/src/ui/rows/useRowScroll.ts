import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Bar, type Drawn, heightOf, type Place, placeAt, scrollOf, shiftFor, topAt } from "./rowScroll";

const SETTLED_AFTER = 150;

interface Options {
  count: number;
  /** The height of a row that does not wrap. */
  row: number;
  /** How many are drawn above and below those in sight. */
  around: number;
  /** Changes when rows have come or are drawn another way. */
  version: unknown;
  /** Stays at the end while rows come. */
  follow?: boolean;
  onLeaveEnd?: () => void;
}

export interface RowScroll {
  frame: RefObject<HTMLDivElement | null>;
  space: RefObject<HTMLDivElement | null>;
  pane: RefObject<HTMLDivElement | null>;
  first: number;
  last: number;
  show: (line: number) => void;
}

/**
 * Which rows are drawn around the place that a frame is scrolled to; they are moved as it is scrolled. `frame` holds
 * `space`, that holds an element of the class `window` (rows.module.css), and that `pane` with the rows.
 */
export function useRowScroll({ count, row, around, version, follow = false, onLeaveEnd }: Options): RowScroll {
  const frame = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const place = useRef<Place>(follow ? { at: "end" } : { at: "top", line: 0, pixels: 0 });
  // Where the bar was put last: what differs from it was done by somebody's hand.
  const known = useRef(0);
  const drawn = useRef<Drawn>({ first: 0, tops: [0], row });
  const shift = useRef(0);
  const [view, setView] = useState(600);
  const [first, setFirst] = useState(0);
  const rows = Math.ceil(view / row);
  const last = Math.min(count, first + rows + 2 * around);
  const leave = useRef(onLeaveEnd);
  leave.current = onLeaveEnd;

  const bar = useCallback((): Bar => ({ count, view, row, height: space.current?.clientHeight ?? view }), [count, view, row]);

  const putBar = useCallback(() => {
    const element = frame.current;
    if (!element) return;
    const at = place.current;
    const one = bar();
    // All of it is drawn: the bar can be exact.
    if (drawn.current.first === 0 && drawn.current.tops.length - 1 >= count) known.current = shift.current;
    else if (at.at === "end") known.current = one.height - one.view;
    else known.current = scrollOf(at.line, one);
    if (Math.abs(element.scrollTop - known.current) > 2) element.scrollTop = known.current;
    known.current = element.scrollTop;
  }, [bar, count]);

  /** Moves the lines to their place, or asks for others to be drawn. */
  const settle = useCallback(() => {
    const at = place.current;
    const wanted = at.at === "end" ? count - rows : at.line - (at.at === "middle" ? Math.floor(rows / 2) : 0);
    // The next ones are drawn when few are left.
    const near = around >> 2;
    const begin = Math.max(0, wanted - around);
    if ((wanted - first < near && begin < first) || (wanted + rows + near > last && last < count)) setFirst(begin);
    shift.current = shiftFor(at, drawn.current, bar());
    if (pane.current) pane.current.style.transform = `translateY(${-shift.current}px)`;
  }, [bar, count, first, last, rows, around]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || !pane.current || !space.current) return;
    const children = [...pane.current.children] as HTMLElement[];
    const end = pane.current.offsetHeight;
    drawn.current = { first, tops: [...children.map((child) => child.offsetTop), end], row };
    const whole = first === 0 && last >= count;
    const height = whole ? Math.max(end, view) : heightOf({ count, view, row });
    space.current.style.height = `${height}px`;
    element.style.setProperty("--view", `${view}px`);
    if (follow) place.current = { at: "end" };
    settle();
    if (follow || whole) putBar();
  }, [version, first, last, count, view, row, follow, settle, putBar]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      const by = element.scrollTop - known.current;
      if (Math.abs(by) < 1) return;
      known.current = element.scrollTop;
      if (by < 0) leave.current?.();
      place.current = scrolled(by, element.scrollTop, shift.current, drawn.current, bar());
      settle();
      clearTimeout(timer);
      timer = setTimeout(putBar, SETTLED_AFTER);
    };
    // The browser comes to an end in steps, of which the last is taken for somebody's who goes on by a little.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target !== element || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "Home") place.current = { at: "top", line: 0, pixels: 0 };
      else if (event.key === "End") place.current = { at: "end" };
      else return;
      event.preventDefault();
      if (event.key === "Home") leave.current?.();
      clearTimeout(timer);
      settle();
      putBar();
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    element.addEventListener("keydown", onKeyDown);
    return () => {
      element.removeEventListener("scroll", onScroll);
      element.removeEventListener("keydown", onKeyDown);
      clearTimeout(timer);
    };
  }, [bar, settle, putBar]);

  const show = useCallback(
    (line: number) => {
      place.current = { at: "middle", line };
      settle();
      putBar();
    },
    [settle, putBar],
  );
  return { frame, space, pane, first, last, show };
}

/** Where somebody is who has moved the bar. */
function scrolled(by: number, scroll: number, shift: number, drawn: Drawn, bar: Bar): Place {
  const near = 3 * bar.view;
  const left = bar.height - bar.view - scroll;
  if (Math.abs(by) > near) {
    if (left < 1) return { at: "end" };
    const top = topAt(scroll, bar);
    return { at: "top", line: Math.floor(top), pixels: (top % 1) * bar.row };
  }
  const place = placeAt(shift + by, drawn, bar.count);
  if (place.at !== "top") return place;
  // At the ends of the bar it is the bar that is believed, unless there is more than a page to go.
  if (scroll < 1 && place.line * bar.row < bar.view) return { at: "top", line: 0, pixels: 0 };
  if (left < 1 && (bar.count - place.line) * bar.row < 2 * bar.view) return { at: "end" };
  return place;
}
