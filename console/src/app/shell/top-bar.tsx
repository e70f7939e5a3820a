/** Workspace, search, language, help and account, on one line. */
import {
  GlobalOutlined, LogoutOutlined, MenuOutlined, QuestionCircleOutlined, SearchOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Flex, Layout, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, done } from "@/api/client";
import { WorkspaceSwitcher } from "@/app/shell/workspace-switcher";
import { openHelp, openSearch } from "@/app/shell/shortcuts";
import { meQuery } from "@/lib/me";
import { useChangeLanguage } from "@/lib/use-change-language";
import { useLanguage } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { useIsPhone } from "@/ui/responsive";

export function TopBar({ onMenu }: { onMenu?: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const isPhone = useIsPhone();
  return (
    <Layout.Header className="top-bar">
      <Flex align="center" gap={8} style={{ height: "100%" }}>
        {onMenu && (
          <Button type="text" icon={<MenuOutlined />} aria-label={t("shell.openMenu")} onClick={onMenu} />
        )}
        <WorkspaceSwitcher />
        {workspace.is_demo && !isPhone && <Tag color="gold">{t("shell.demo")}</Tag>}
        <span style={{ flex: 1 }} />
        <Button
          className="search-button"
          type={isPhone ? "text" : "default"}
          icon={<SearchOutlined />}
          onClick={openSearch}
          aria-label={t("search.title")}
          aria-keyshortcuts="/"
        >
          {!isPhone && (
            <>
              <span className="soft">{t("search.button")}</span>
              <span className="kbd">/</span>
            </>
          )}
        </Button>
        <LanguageButton />
        {!isPhone && (
          <Button
            type="text"
            icon={<QuestionCircleOutlined />}
            aria-label={t("help.title")}
            aria-keyshortcuts="?"
            onClick={openHelp}
          />
        )}
        <AccountMenu />
      </Flex>
    </Layout.Header>
  );
}

function LanguageButton() {
  const { t } = useTranslation();
  const language = useLanguage();
  const change = useChangeLanguage();
  const other = language === "zh" ? "en" : "zh";
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      lang={other === "zh" ? "zh-CN" : "en"}
      aria-label={t("shell.otherLanguageLabel")}
      onClick={() => void change(other)}
    >
      {t("shell.otherLanguage")}
    </Button>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const me = useQuery(meQuery);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const name = me.data?.operator.name ?? "";

  const leave = async () => {
    try {
      await done(api.POST("/api/v1/sign-out"));
    } catch {
      void message.error(t("account.signOutFailed"));
      return;
    }
    // First to the sign-in page: clearing earlier would make the page at hand ask again, unsigned.
    await navigate("/sign-in", { replace: true });
    queries.clear();
  };

  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "who", label: me.data?.operator.email, disabled: true },
          { key: "account", icon: <UserOutlined />, label: t("nav.account") },
          { type: "divider" },
          { key: "leave", icon: <LogoutOutlined />, label: t("account.signOut") },
        ],
        onClick: ({ key }) => {
          if (key === "account") void navigate(`/w/${id}/settings/account`);
          if (key === "leave") void leave();
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t("account.menu", { name })}>
        <span className="hide-phone">{name}</span>
      </Button>
    </Dropdown>
  );
}
