"""Words of a link that say nothing of where it leads, in the languages that digest speaks (WCAG 2.2, 2.4.4)."""

_VAGUE = frozenset({
    "click", "click here", "details", "here", "learn more", "link", "more", "read", "read more", "this", "this link",
    "hier", "hier klicken", "klicken sie hier", "mehr", "mehr erfahren", "mehr lesen", "weiter", "weiterlesen",
    "ici", "cliquez ici", "en savoir plus", "lire", "lire la suite", "plus", "lien",
    "aquí", "haz clic aquí", "haga clic aquí", "leer más", "más", "más información", "enlace",
    "aqui", "clique aqui", "ler mais", "leia mais", "mais", "saiba mais",
    "тут", "натисніть тут", "детальніше", "докладніше", "читати далі", "більше",
    "هنا", "انقر هنا", "اضغط هنا", "المزيد", "اقرأ المزيد",
    "这里", "点击这里", "点击此处", "更多", "阅读更多", "了解更多", "查看更多",
    "こちら", "ここ", "ここをクリック", "こちらをクリック", "続きを読む", "もっと読む", "詳細", "詳しくはこちら",
})  # fmt: skip


def says_nothing(text: str) -> bool:
    """Whether a link's words are but a wave of the hand; arrows and dots around them count for nothing."""
    return text.strip(" .…»›→←>").casefold() in _VAGUE
