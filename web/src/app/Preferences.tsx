import { ActionIcon, type MantineColorScheme, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconLanguage, IconMoon, IconSun, IconSunMoon } from "@tabler/icons-react";
import { useServerConfig } from "@/api/config";
import { type Language, useLanguage } from "@/i18n";

const LANGUAGES: [Language, string][] = [["en", "English"], ["zh", "中文"]];
const SCHEMES: [MantineColorScheme, "app.theme.light" | "app.theme.dark" | "app.theme.auto", typeof IconSun][] = [
  ["light", "app.theme.light", IconSun],
  ["dark", "app.theme.dark", IconMoon],
  ["auto", "app.theme.auto", IconSunMoon],
];

function LanguageMenu() {
  const { language, choose, t } = useLanguage();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("app.language")}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("app.language")}>
            <IconLanguage size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(([code, name]) => (
          <Menu.Item key={code} lang={code} onClick={() => choose(code)} rightSection={language === code && <IconCheck size={14} />}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

// The server is asked when the menu is opened.
function Version() {
  const { t } = useLanguage();
  const config = useServerConfig();
  return config.data && <Menu.Label>{t("app.version", { version: config.data.version })}</Menu.Label>;
}

function ThemeMenu() {
  const { t } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("app.theme")}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("app.theme")}>
            <IconSunMoon size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(([scheme, label, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === scheme && <IconCheck size={14} />}
            onClick={() => setColorScheme(scheme)}
          >
            {t(label)}
          </Menu.Item>
        ))}
        <Version />
      </Menu.Dropdown>
    </Menu>
  );
}

export function Preferences() {
  return (
    <>
      <LanguageMenu />
      <ThemeMenu />
    </>
  );
}
