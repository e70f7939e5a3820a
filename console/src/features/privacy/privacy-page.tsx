/** Personal data, as those who look after it see it: never the data, always how it is kept. */
import { Card, Tabs } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FieldsTab } from "@/features/privacy/fields/fields-tab";
import { GrantsTab } from "@/features/privacy/grants/grants-tab";
import { KeysTab } from "@/features/privacy/keys/keys-tab";
import { NumbersTab } from "@/features/privacy/numbers/numbers-tab";
import { RegisterTab } from "@/features/privacy/register/register-tab";
import { RetentionTab } from "@/features/privacy/retention/retention-tab";
import { SuppressionsTab } from "@/features/privacy/suppressions/suppressions-tab";
import { SystemsTab } from "@/features/privacy/systems/systems-tab";
import { tabsFor, type Tab } from "@/features/privacy/tabs";
import { TrailTab } from "@/features/privacy/trail/trail-tab";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/privacy.css";
import { Nothing } from "@/ui/states";

const BODIES: Record<Tab, () => ReactNode> = {
  fields: () => <FieldsTab />,
  keys: () => <KeysTab />,
  grants: () => <GrantsTab />,
  trail: () => <TrailTab />,
  retention: () => <RetentionTab />,
  register: () => <RegisterTab />,
  systems: () => <SystemsTab />,
  suppressions: () => <SuppressionsTab />,
  numbers: () => <NumbersTab />,
};

/** What the tabs keep in the address; it goes when another is opened. */
const FILTERS = ["q", "class", "state", "actor", "action", "person"] as const;

export function Component() {
  const { t } = useTranslation("privacy");
  const { role } = useWorkspace();
  const { zoneLabel } = useFormat();
  const [get, set] = useAddress();
  const tabs = tabsFor(role);
  const tab = tabs.find((one) => one === get("tab")) ?? tabs[0];
  return (
    <Page title={t("nav.privacy")} hint={t("privacyPage.hint", { zone: zoneLabel })}>
      {tab ? (
        <Tabs
          activeKey={tab}
          destroyOnHidden
          items={tabs.map((one) => ({ key: one, label: t(`tab.${one}`), children: BODIES[one]() }))}
          onChange={(next) => {
            set({ ...Object.fromEntries(FILTERS.map((filter) => [filter, undefined])), tab: next });
          }}
        />
      ) : (
        <Card>
          <Nothing title={t("privacyPage.notAllowed")} />
        </Card>
      )}
    </Page>
  );
}
