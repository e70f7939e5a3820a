/** Some people of an audience, masked, each one press from their page. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Member } from "@/features/people/audiences/use-audiences";
import { usePersonName } from "@/features/people/shared/person-name";
import { useWorkspace } from "@/lib/workspace";

export function MemberList({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const personName = usePersonName();
  if (members.length === 0) return <span className="soft">{t("detail.noMembers")}</span>;
  return (
    <ul className="fact-list">
      {members.map((member) => (
        <li key={member.person}>
          <Link to={`/w/${id}/people/${member.person}`}>
            {personName(member)}
          </Link>
          <div className="soft small mono break">{member.identifiers.join(" · ")}</div>
        </li>
      ))}
    </ul>
  );
}
