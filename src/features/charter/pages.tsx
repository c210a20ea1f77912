import type { T } from "../../platform/i18n.ts";

type Props = { t: T; text: string; version: string };

/** The charter as written: a few marks of Markdown, no more. The French text is the one that counts. */
export function CharterText({ t, text, version }: Props) {
  const [title = "", ...blocks] = text.trim().split(/\n\n+/);
  return (
    <>
      <h1 lang="fr">{title.replace(/^# /, "")}</h1>
      <p class="hint">{version}</p>
      {t("charter.frenchOnly") && <p>{t("charter.frenchOnly")}</p>}
      <div lang="fr">
        {blocks.map((block) => {
          if (block.startsWith("## ")) return <h2>{block.slice(3)}</h2>;
          if (!block.startsWith("- ")) return <p>{block}</p>;
          return (
            <ul>
              {block.split("\n").map((item) => (
                <li>{item.replace(/^- /, "")}</li>
              ))}
            </ul>
          );
        })}
      </div>
    </>
  );
}
