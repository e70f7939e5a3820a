/** How a person stands: per purpose and channel, withdrawn with one press, with the whole history. */
import { App, Button, Card, Flex, Tag } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConsentHistory } from "@/features/people/person/consent/consent-history";
import { useReach } from "@/features/people/person/consent/use-reach";
import { inOrder, SAID, useConsent, useWriteConsent, type ConsentStanding } from "@/features/people/person/consent/use-consent";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { useMay } from "@/lib/workspace";
import { Failure, useProblemMessage, Waiting } from "@/ui/states";

const ConsentDialog = lazy(() => import("@/features/people/person/consent/consent-dialog"));

const COLOURS = { granted: "green", withdrawn: "red" } as const;

export function ConsentCard({ person }: { person: string }) {
  const { t } = useTranslation("rights");
  const mayWrite = useMay("people:rights");
  const consent = useConsent(person);
  const [isOpen, setOpen] = useState(false);
  const [isRecording, setRecording] = useState(false);
  const standing = inOrder(consent.data?.standing ?? []);
  return (
    <Card
      title={t("consent.title")}
      extra={mayWrite && <Button size="small" onClick={() => { setRecording(true); }}>{t("consent.record")}</Button>}
    >
      {consent.isError && <Failure error={consent.error} onRetry={() => void consent.refetch()} />}
      {consent.isPending && <Waiting rows={2} />}
      {consent.data && standing.length === 0 && <span className="soft">{t("consent.none")}</span>}
      <ul className="fact-list">
        {standing.map((one) => (
          <StandingLine key={`${one.purpose} ${one.channel}`} person={person} standing={one} />
        ))}
      </ul>
      {consent.data && consent.data.entries.length > 0 && (
        <>
          <Button type="link" size="small" aria-expanded={isOpen} onClick={() => { setOpen(!isOpen); }}>
            {t(isOpen ? "consent.hideHistory" : "consent.history", { count: consent.data.entries.length })}
          </Button>
          {isOpen && <ConsentHistory entries={consent.data.entries} />}
        </>
      )}
      {isRecording && (
        <Suspense fallback={null}>
          <ConsentDialog person={person} onClose={() => { setRecording(false); }} />
        </Suspense>
      )}
    </Card>
  );
}

function StandingLine({ person, standing: one }: { person: string; standing: ConsentStanding }) {
  const { t } = useTranslation("rights");
  const { message } = App.useApp();
  const format = useFormat();
  const word = useWord();
  const vaultWord = useVaultWord();
  const reach = useReach();
  const tell = useProblemMessage();
  const mayWrite = useMay("people:rights");
  const write = useWriteConsent(person);
  const withdraw = () => {
    write.mutate(
      { ...SAID, purpose: one.purpose, channel: one.channel, state: "withdrawn" },
      { onSuccess: () => { void message.success(t("consent.withdrawn")); }, onError: tell },
    );
  };
  return (
    <li className="fact-row">
      <div>
        {reach(one)}
        <div className="soft small num">
          {[vaultWord("bases", one.basis), format.time(one.at)].join(" · ")}
        </div>
      </div>
      <Flex gap={4} align="center">
        <Tag color={COLOURS[one.state]}>{word("consentState", one.state)}</Tag>
        {mayWrite && one.state === "granted" && (
          <Button size="small" danger loading={write.isPending} aria-label={t("consent.withdrawOf", { reach: reach(one) })} onClick={withdraw}>
            {t("consent.withdraw")}
          </Button>
        )}
      </Flex>
    </li>
  );
}
