/** What every page stands in: server state, Ant Design's theme and words, messages. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/client";
import { antLocale } from "@/lib/i18n";
import { theme } from "@/ui/theme";

const STALE_MS = 15_000;
const TRIES_MAX = 2;

function worthAnotherTry(failures: number, error: Error): boolean {
  // What the server refused it will refuse again; only an absent or overloaded one may recover.
  if (error instanceof Problem && error.status > 0 && error.status < 500) return false;
  return failures < TRIES_MAX;
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: STALE_MS, retry: worthAnotherTry, refetchOnWindowFocus: false },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const [queries] = useState(createQueries);
  return (
    <QueryClientProvider client={queries}>
      <ConfigProvider
        theme={theme}
        locale={antLocale(i18n.language)}
        button={{ autoInsertSpace: false }}
      >
        <AntApp component={false} message={{ maxCount: 3 }}>
          {children}
        </AntApp>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
