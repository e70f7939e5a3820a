/** Switches the language here at once, and on the server for the operator's other browsers. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Language } from "@/lib/format";
import { switchLanguage } from "@/lib/i18n";
import { meQuery } from "@/lib/me";

const LOCALES = { zh: "zh-CN", en: "en" } as const;

export function useChangeLanguage(): (language: Language) => Promise<void> {
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: (language: Language) =>
      body(api.PATCH("/api/v1/me", { body: { locale: LOCALES[language] } })),
    onSuccess: (me) => {
      queries.setQueryData(meQuery.queryKey, me);
    },
  });
  return async (language) => {
    await switchLanguage(language);
    keep.mutate(language);
  };
}
