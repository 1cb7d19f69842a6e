import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RIGHTS_KEY } from "./session/rights";
import { ApiError } from "./api/http";
import { router } from "./app/router";
import { cssVariables, theme } from "./app/theme";
import { takeArrived } from "./early";
import { LanguageProvider, loadMessages, preferredLanguage } from "./i18n";

/** What is refused to somebody now may be so because their rights have changed: the app learns of it. */
const onError = (error: Error) => {
  if (error instanceof ApiError && error.status === 403) void queries.invalidateQueries({ queryKey: RIGHTS_KEY });
};

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server has refused it will refuse again; what did not reach it may.
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
  },
});

async function start(): Promise<void> {
  const language = preferredLanguage();
  const messages = await loadMessages(language);
  for (const { key, data } of takeArrived()) queries.setQueryData(key, data);
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <LanguageProvider initial={{ language, messages }}>
          <QueryClientProvider client={queries}>
            <Notifications position="bottom-right" />
            <RouterProvider router={router} />
          </QueryClientProvider>
        </LanguageProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void start();
