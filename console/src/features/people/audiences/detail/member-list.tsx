/** Some people of an audience, masked, each one press from their page. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Member } from "@/features/people/audiences/use-audiences";
import { useWorkspace } from "@/lib/workspace";

const ID_SHOWN = 12;

export function MemberList({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  if (members.length === 0) return <span className="soft">{t("detail.noMembers")}</span>;
  return (
    <ul className="fact-list">
      {members.map((member) => (
        <li key={member.person}>
          <Link to={`/w/${id}/people/${member.person}`} className={member.name ? "" : "mono"}>
            {member.name ?? `${member.person.slice(0, ID_SHOWN)}…`}
          </Link>
          <div className="soft small mono break">{member.identifiers.join(" · ")}</div>
        </li>
      ))}
    </ul>
  );
}
