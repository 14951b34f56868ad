// Why something did not work; said at once. Nothing where there is no problem.

type Properties = { children: string | undefined; id?: string; className?: string };

export function Problem({ children, id, className = "problem" }: Properties) {
  if (!children) return null;
  return (
    <p className={className} role="alert" id={id}>
      {children}
    </p>
  );
}
