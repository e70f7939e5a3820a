/** A person's name, or the beginning of the id where none is known. */
const ID_SHOWN = 12;

export function personName({ person, name }: { person: string; name: string | null }): string {
  return name ?? `${person.slice(0, ID_SHOWN)}…`;
}
