// Widths and colours in which every page and dialog is looked at: two sets that differ in both, or with PENSTOCK_WEB=whole all four.
const USUAL = ["1440-light", "390-dark"];

/** Whether a set, [name, options], is one of those asked for. */
export const isAsked = ([name]) => process.env.PENSTOCK_WEB === "whole" || USUAL.includes(name);
