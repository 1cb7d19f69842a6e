import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { en } from "./en";
import { fill, type MessageKey, type Messages, type Params } from "./messages";

export type Language = "en" | "zh";
export type Translate = (key: MessageKey, params?: Params) => string;

const STORED = "penstock.language";

/** What was chosen before, else what the browser asks for. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "zh") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export async function loadMessages(language: Language): Promise<Messages> {
  return language === "zh" ? (await import("./zh")).zh : en;
}

interface LanguageContext {
  language: Language;
  t: Translate;
  choose: (language: Language) => void;
}

const Context = createContext<LanguageContext | null>(null);

interface Loaded {
  language: Language;
  messages: Messages;
}

export function LanguageProvider({ initial, children }: { initial: Loaded; children: ReactNode }) {
  const [loaded, setLoaded] = useState(initial);
  useEffect(() => {
    document.documentElement.lang = loaded.language;
  }, [loaded.language]);
  const choose = useCallback((language: Language) => {
    localStorage.setItem(STORED, language);
    void loadMessages(language).then((messages) => setLoaded({ language, messages }));
  }, []);
  const value = useMemo<LanguageContext>(
    () => ({
      language: loaded.language,
      t: (key, params) => fill(loaded.messages[key], params, loaded.language),
      choose,
    }),
    [loaded, choose],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useLanguage(): LanguageContext {
  const context = useContext(Context);
  if (!context) throw new Error("useLanguage outside of LanguageProvider");
  return context;
}

export function useT(): Translate {
  return useLanguage().t;
}
