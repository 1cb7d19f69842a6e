import { notifications } from "@mantine/notifications";

/** `close` is what the button that takes it away is called. */
export function notifyDone(message: string, close: string): void {
  notifications.show({ message, color: "teal", closeButtonProps: { "aria-label": close } });
}

export function notifyFailed(title: string, error: unknown, close: string): void {
  notifications.show({
    title,
    message: error instanceof Error ? error.message : String(error),
    color: "red",
    autoClose: 12_000,
    closeButtonProps: { "aria-label": close },
  });
}
