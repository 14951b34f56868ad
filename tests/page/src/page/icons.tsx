// Small drawings beside words or in buttons that have a label: nothing that a screen reader should say.

import type { ReactNode } from "react";

function Icon({ children, size = 18 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const HashIcon = () => (
  <Icon size={15}>
    <path d="M8 3 6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13" />
  </Icon>
);

export const LockIcon = () => (
  <Icon size={15}>
    <rect x="4" y="9" width="12" height="8" rx="1.5" />
    <path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);

export const BackIcon = () => (
  <Icon>
    <path d="M12.5 4 6.5 10l6 6" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon>
    <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.8" />
  </Icon>
);

export const ThreadIcon = () => (
  <Icon>
    <path d="M3 4.5h14v9H9l-4 3v-3H3z" />
    <path d="M6.5 8h7M6.5 10.5h4" />
  </Icon>
);

export const EyeIcon = () => (
  <Icon size={15}>
    <path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z" />
    <circle cx="10" cy="10" r="2.2" />
  </Icon>
);

export const PeopleIcon = () => (
  <Icon>
    <circle cx="7.5" cy="7" r="3" />
    <path d="M2 16.5c.5-3 2.5-4.5 5.5-4.5s5 1.5 5.5 4.5M13 4.3a3 3 0 0 1 0 5.4M15 12.5c1.7.6 2.7 2 3 4" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M3.5 3.5 17 10 3.5 16.5 5 10zM5 10h6" />
  </Icon>
);

export const FileIcon = () => (
  <Icon size={24}>
    <path d="M5 2.5h6.5L15.5 6.5v11H5zM11.5 2.5v4h4" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="M10 4v11M5 10.5l5 5 5-5" />
  </Icon>
);

/** The app's own face. */
export const MargayIcon = () => (
  <svg viewBox="0 0 32 32" width="100%" height="100%" aria-hidden="true">
    <path d="M5 5l6 5h10l6-5v14a11 11 0 0 1-22 0z" fill="#fff" />
    <circle cx="12" cy="17.5" r="2.2" fill="#8f3f10" />
    <circle cx="20" cy="17.5" r="2.2" fill="#8f3f10" />
    <path d="M14 23h4l-2 2z" fill="#8f3f10" />
  </svg>
);
