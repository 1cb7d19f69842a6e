// The widths and colours in which every page and dialog is looked at, [name, options]: two that differ in both, or with
// PENSTOCK_WEB=whole all four.
const set = (width, height, colorScheme) => [`${width}-${colorScheme}`, { viewport: { width, height }, colorScheme, reducedMotion: "reduce" }];

export const usual = [set(1440, 900, "light"), set(390, 844, "dark")];
export const asked = process.env.PENSTOCK_WEB === "whole" ? [...usual, set(1440, 900, "dark"), set(390, 844, "light")] : usual;
