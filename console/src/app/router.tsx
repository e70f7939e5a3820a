/** Every address of the console and the page behind it; each page is a script of its own. */
import { createBrowserRouter, Navigate } from "react-router";
import { Start } from "@/app/start";
import { NotFound, PageCrash } from "@/app/crash";
import { withWords } from "@/lib/words";
import { Loading } from "@/ui/states";

const shell = () => import("@/app/shell/shell");
const overview = () => import("@/features/analytics/overview/overview-page");
const metrics = withWords(() => import("@/features/analytics/explorer/explorer-page"), "metrics");
const funnel = withWords(() => import("@/features/analytics/funnel/funnel-page"), "funnel");
const people = withWords(() => import("@/features/people/list/people-page"), "people", "vault");
const person = withWords(() => import("@/features/people/person/person-page"), "people", "audiences", "interests", "rights", "vault");
const levels = withWords(() => import("@/features/people/levels/levels-page"), "levels", "people");
const tags = withWords(() => import("@/features/people/tags/tags-page"), "levels", "people");
const duplicates = withWords(() => import("@/features/people/duplicates/duplicates-page"), "duplicates");
const interests = withWords(() => import("@/features/people/interests/interests-page"), "interests");
const audiences = withWords(() => import("@/features/people/audiences/list/audiences-page"), "audiences", "people");
const audience = withWords(() => import("@/features/people/audiences/detail/audience-page"), "audiences", "people", "vault");
const builder = withWords(() => import("@/features/people/audiences/builder/builder-page"), "audiences", "people");
const overlap = withWords(() => import("@/features/people/audiences/overlap/overlap-page"), "audiences", "people");
const lists = withWords(() => import("@/features/people/audiences/lists/lists-page"), "audiences", "people");
const traits = withWords(() => import("@/features/people/traits/traits-page"), "traits", "people");
const identity = withWords(() => import("@/features/people/identity/identity-page"), "identity", "people");
const rights = withWords(() => import("@/features/people/rights/rights-page"), "rights");
const privacy = withWords(() => import("@/features/privacy/privacy-page"), "privacy", "vault");
const live = withWords(() => import("@/features/collect/live/live-page"), "live", "vault");
const sources = withWords(() => import("@/features/collect/sources/sources-page"), "sources");
const source = withWords(() => import("@/features/collect/sources/source-page"), "sources");
const quarantine = withWords(() => import("@/features/collect/quarantine/quarantine-page"), "quarantine", "vault");
const imports = withWords(() => import("@/features/collect/imports/imports-page"), "imports");
const eventExports = withWords(() => import("@/features/collect/exports/exports-page"), "exports");
const blocked = withWords(() => import("@/features/collect/blocked/blocked-page"), "blocked");
const workspace = () => import("@/features/access/settings/workspace-page");
const operators = withWords(() => import("@/features/access/settings/operators-page"), "settings");
const keys = withWords(() => import("@/features/access/settings/keys-page"), "settings");
const audit = withWords(() => import("@/features/access/settings/audit-page"), "settings");
const account = () => import("@/features/access/settings/account-page");
const signIn = withWords(() => import("@/features/access/entrance/sign-in-page"), "entrance");
const setup = withWords(() => import("@/features/access/entrance/setup-page"), "entrance");
const invitation = withWords(() => import("@/features/access/entrance/invitation-page"), "entrance");

/** The router; made once, at the start. */
export function createRouter() {
  return createBrowserRouter([
    {
      ErrorBoundary: PageCrash,
      HydrateFallback: Loading,
      children: [
        { path: "/", Component: Start },
        { path: "/sign-in", lazy: signIn },
        { path: "/setup", lazy: setup },
        { path: "/invitation", lazy: invitation },
        {
          path: "/w/:workspaceId",
          lazy: shell,
          children: [
            {
              // Inside the shell, so that a page that breaks leaves the navigation standing.
              ErrorBoundary: PageCrash,
              children: [
                { index: true, element: <Navigate to="overview" replace /> },
                { path: "overview", lazy: overview },
                { path: "people", lazy: people },
                { path: "duplicates", lazy: duplicates },
                { path: "levels", lazy: levels },
                { path: "tags", lazy: tags },
                { path: "people/:personId", lazy: person },
                { path: "rights", lazy: rights },
                { path: "interests", lazy: interests },
                { path: "audiences", lazy: audiences },
                { path: "audiences/new", lazy: builder },
                { path: "audiences/overlap", lazy: overlap },
                { path: "audiences/lists", lazy: lists },
                { path: "audiences/:audienceId", lazy: audience },
                { path: "audiences/:audienceId/edit", lazy: builder },
                { path: "traits", lazy: traits },
                { path: "insights/metrics", lazy: metrics },
                { path: "insights/funnel", lazy: funnel },
                { path: "data/live", lazy: live },
                { path: "data/sources", lazy: sources },
                { path: "data/sources/:sourceId", lazy: source },
                { path: "data/quarantine", lazy: quarantine },
                { path: "data/imports", lazy: imports },
                { path: "data/exports", lazy: eventExports },
                { path: "data/blocked-ids", lazy: blocked },
                { path: "settings/workspace", lazy: workspace },
                { path: "settings/operators", lazy: operators },
                { path: "settings/identity", lazy: identity },
                { path: "settings/privacy", lazy: privacy },
                { path: "settings/keys", lazy: keys },
                { path: "settings/audit", lazy: audit },
                { path: "settings/account", lazy: account },
                { path: "*", Component: NotFound },
              ],
            },
          ],
        },
        { path: "*", Component: NotFound },
      ],
    },
  ]);
}
