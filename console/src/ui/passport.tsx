/** What a number means: without it, it is not shown. */
import { IdcardOutlined, InfoCircleOutlined } from "@ant-design/icons";
import { Button, Descriptions, Drawer, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useLanguage } from "@/lib/use-format";

export type PassportShape = Schema["Passport"];

/** A metric's name in the reader's language. */
export function useMetricTitle(): (passport: PassportShape) => string {
  const language = useLanguage();
  return (passport) => (language === "zh" ? passport.name_zh : passport.name_en);
}

function PassportFacts({ passport }: { passport: PassportShape }) {
  const { t, i18n } = useTranslation();
  // Closed words of the server's (people, paid, final) have words of ours; sentences do not.
  const word = (group: string, value: string | null) => {
    if (value === null) return null;
    const key = `passportWord.${group}.${value}`;
    return i18n.exists(key) ? i18n.t(key as "nav.audit") : value;
  };
  const said = useLanguage() === "zh" ? passport.zh : passport;
  const facts: [string, string | null][] = [
    [t("passport.numerator"), said.numerator],
    [t("passport.denominator"), said.denominator],
    [t("passport.base"), word("base", passport.base)],
    [t("passport.unit"), word("unit", passport.unit)],
    [t("passport.moneyBasis"), word("money", passport.money_basis)],
    [t("passport.attribution"), passport.attribution === "none" ? null : passport.attribution],
    [t("passport.maturity"), word("maturity", passport.maturity)],
    [t("passport.source"), said.source],
  ];
  return (
    <div className="passport">
      <p>{said.description}</p>
      <Descriptions
        size="small"
        column={1}
        items={facts
          .filter(([, words]) => words)
          .map(([label, words]) => ({ key: label, label, children: words }))}
      />
    </div>
  );
}

/** The small sign beside a number that opens its passport. */
export function PassportHint({ passport }: { passport: PassportShape }) {
  const { t } = useTranslation();
  const title = useMetricTitle()(passport);
  return (
    <Popover trigger={["hover", "focus"]} title={title} content={<PassportFacts passport={passport} />}>
      <Button
        type="text"
        size="small"
        className="passport-hint"
        icon={<InfoCircleOutlined />}
        aria-label={t("passport.of", { title })}
      />
    </Popover>
  );
}

/** A button that opens the passport in a drawer, for pages about one number. */
export function PassportButton({ passport }: { passport: PassportShape | undefined }) {
  const { t } = useTranslation();
  const titleOf = useMetricTitle();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        icon={<IdcardOutlined />}
        disabled={!passport}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("passport.title")}
      </Button>
      {passport && (
        <Drawer
          open={isOpen}
          title={t("passport.of", { title: titleOf(passport) })}
          onClose={() => {
            setOpen(false);
          }}
        >
          <PassportFacts passport={passport} />
        </Drawer>
      )}
    </>
  );
}
