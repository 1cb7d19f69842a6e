import { type CSSProperties, type RefObject, useLayoutEffect, useRef, useState } from "react";

const LEAST = 440;
const BELOW = 24; // what is left free at the window's lower end

/** As `--room`, how high something may be that is to end with the window; what is above it may come later. */
export function useRoomBelow(): { place: RefObject<HTMLDivElement | null>; style: CSSProperties } {
  const place = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(LEAST);
  useLayoutEffect(() => {
    const measure = () => {
      const top = (place.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setRoom(Math.max(LEAST, Math.floor(window.innerHeight - top - BELOW)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, []);
  return { place, style: { "--room": `${room}px` } as CSSProperties };
}
