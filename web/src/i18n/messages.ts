import { en } from "./en";

/** Every text of the app by its key; English is the form that the others follow. */
export type Messages = { [Key in keyof typeof en]: string };
export type MessageKey = keyof Messages;
export type Params = Record<string, string | number>;

/**
 * Fills a message: `{name}` is a parameter, `{count, run, runs}` one of two forms by a number.
 * Languages without plurals write one form. Numbers are written as the language does.
 */
export function fill(message: string, params: Params = {}, language = "en"): string {
  return message.replace(/\{(\w+)(?:,([^{}]*))?\}/g, (whole, name: string, forms?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (forms === undefined) return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
    const [one = "", other = one] = forms.split(",").map((form) => form.trim());
    return Number(value) === 1 ? one : other;
  });
}
