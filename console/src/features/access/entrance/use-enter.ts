/** What follows a successful sign-in: take on the operator's language and go in. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { languageOf, switchLanguage } from "@/lib/i18n";
import { meQuery, type Me } from "@/lib/me";

export function useEnter(): (me: Me, next: string, keepLanguage?: boolean) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (me, next, keepLanguage = false) => {
    queries.clear();
    queries.setQueryData(meQuery.queryKey, me);
    if (!keepLanguage) await switchLanguage(languageOf(me.operator.locale));
    await navigate(next, { replace: true });
  };
}
