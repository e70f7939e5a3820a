/** One person: who that is, how we know, what they did, and what follows from it. */
import { Button, Flex, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Problem } from "@/api/client";
import { InterestsCard } from "@/features/people/interests/interests-card";
import { AudiencesCard } from "@/features/people/person/audiences-card";
import { ConsentCard } from "@/features/people/person/consent/consent-card";
import { TraitsCard } from "@/features/people/person/facts-cards";
import { IdentityCard } from "@/features/people/person/identity-card";
import { LevelsCard } from "@/features/people/person/levels-card";
import { OrdersCard, RoomsCard } from "@/features/people/person/orders-card";
import { PersonHeader } from "@/features/people/person/person-header";
import { RightsCard } from "@/features/people/person/rights/rights-card";
import { TimelineCard } from "@/features/people/person/timeline-card";
import { usePerson, type Person } from "@/features/people/shared/people";
import { useAddress } from "@/lib/use-address";
import { useWorkspace } from "@/lib/workspace";
import { KeysAwayBanner } from "@/ui/keys-away";
import { Notice } from "@/ui/notice";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const { personId = "" } = useParams();
  const navigate = useNavigate();
  const person = usePerson(personId);
  if (person.error instanceof Problem && person.error.status === 404) {
    return (
      <Notice
        title={t("person.missing")}
        hint={t("person.missingHint")}
        action={<Button onClick={() => void navigate(`/w/${id}/people`)}>{t("nav.everybody")}</Button>}
      />
    );
  }
  if (person.isError) return <Failure error={person.error} onRetry={() => void person.refetch()} />;
  if (!person.data) return <Waiting rows={16} />;
  // A merge may have given the address's id to another: the parts begin anew for whoever it is now.
  return <Whole key={person.data.person} person={person.data} />;
}

const PARTS = ["timeline", "about", "identity", "rights"] as const;
type Part = (typeof PARTS)[number];
const PART_WORDS = { timeline: "person.partTimeline", about: "person.partAbout", identity: "person.partIdentity", rights: "person.partRights" } as const;

function Whole({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  const isPhone = useIsPhone();
  const [get, set] = useAddress();
  const part = PARTS.find((one) => one === get("part")) ?? "timeline";
  const timeline = <TimelineCard person={person.person} />;
  const identity = <IdentityCard person={person.person} identifiers={person.identifiers} />;
  const about = (
    <>
      <LevelsCard person={person.person} />
      <AudiencesCard person={person.person} />
      <InterestsCard person={person.person} />
      <TraitsCard person={person.person} traits={person.traits} />
      <OrdersCard person={person.person} />
      <RoomsCard person={person.person} />
    </>
  );
  const rights = (
    <>
      <ConsentCard person={person.person} />
      <RightsCard person={person} />
    </>
  );
  const shown = [person.name, ...person.identifiers.map((one) => one.masked), ...person.traits.map((one) => one.value)];
  return (
    <Page title={<PersonHeader person={person} />} name={person.name ?? person.person}>
      <KeysAwayBanner shown={shown} />
      {isPhone ? (
        <>
          <Segmented<Part>
            block
            value={part}
            options={PARTS.map((one) => ({ value: one, label: t(PART_WORDS[one]) }))}
            onChange={(next) => {
              set({ part: next });
            }}
          />
          <Flex vertical gap={16}>
            {part === "timeline" && timeline}
            {part === "about" && about}
            {part === "identity" && identity}
            {part === "rights" && rights}
          </Flex>
        </>
      ) : (
        <div className="person-grid">
          <div className="person-side">{timeline}</div>
          <div className="person-side">
            {identity}
            {rights}
            {about}
          </div>
        </div>
      )}
    </Page>
  );
}
