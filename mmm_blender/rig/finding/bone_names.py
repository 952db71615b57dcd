"""What a bone's name suggests: its side and the part of the body, in the common forms of several languages.

Names are hints, never proof: the automatic mapper weighs them against shape.
"""

from __future__ import annotations

import re
from functools import cache

# part -> pieces of names; the longest piece that occurs in a name decides
_WORDS: dict[str, str] = {
    "pelvis": "pelvis hips hip bassin becken cadera bacino taz koshi pelve quadril 腰 骨盆 下半身",
    "hip": "thigh upleg upperleg upperthigh femur cuisse oberschenkel muslo coscia coxa momo 太もも 大腿 左足 右足 足",
    "knee": "shin calf lowerleg lowleg knee tibia crus mollet genou unterschenkel knie pantorrilla rodilla "
    "ginocchio polpaccio canela panturrilha ひざ 膝 小腿",
    "ankle": "foot feet ankle pied cheville fuss knoechel pie tobillo piede caviglia tornozelo 左足首 右足首 足首 脚",
    "foot": "toe toes toebase ball orteil zehe punta つま先 足先",
    "collar": "clavicle clav collar clavicula clavicule schluesselbein scapula shoulderblade 肩 锁骨",
    "shoulder": "upperarm uparm shldr humerus oberarm brazo braccio bras braco 腕 上腕 大臂",
    "elbow": "forearm lowerarm lowarm elbow ulna radius unterarm ellbogen avantbras coude antebrazo codo "
    "avambraccio gomito antebraco ひじ 肘 前腕 小臂",
    "wrist": "hand wrist poignet handgelenk mano muneca polso mao punho 手首 手腕 手",
    "spine": "spine chest torso abdomen lowerback upperback waist ribs ribcage thorax wirbel columna espalda colonna "
    "bauch brust belly sternum 上半身 脊椎 胸",
    "neck": "neck cou hals nacken cuello collo pescoco kubi 首 脖",
    "head": "head tete kopf cabeza testa cabeca atama skull 頭 头",
    "finger": "thumb index middle ring pinky little finger daumen pouce doigt dedo dito 指",
    "palm": "palm carpal metacarpal cup",
    "helper": "twist roll ik pole ctrl control target helper end nub tip prop weapon attach socket dummy tail hair "
    "skirt breast bust eye jaw ear face tongue cape holster wing heel nose brow cheek lip lid cloth 捩 捻",
}
_PIECES = sorted(((piece, part) for part, text in _WORDS.items() for piece in text.split()), key=lambda p: -len(p[0]))
_WHOLE = {
    "ik",
    "end",
    "tip",
    "ear",
    "pie",
    "bras",
    "cou",
    "ring",
    "taz",
    "lip",
    "lid",
    "ball",
    "hip",
    "toe",
    "eye",
    "roll",
    "ribs",
    "tail",
    "mao",
    "prop",
    "wing",
    "foot",
    "hand",
    "neck",
    "head",
    "nub",
    "pole",
    "cup",
}
_LEFT = {
    "l",
    "left",
    "lft",
    "lf",
    "lt",
    "gauche",
    "links",
    "izq",
    "izquierda",
    "izquierdo",
    "sinistra",
    "sx",
    "esquerda",
    "esquerdo",
    "hidari",
}
_RIGHT = {
    "r",
    "right",
    "rgt",
    "rt",
    "rg",
    "droite",
    "droit",
    "rechts",
    "der",
    "derecha",
    "derecho",
    "destra",
    "dx",
    "direita",
    "direito",
    "migi",
}
_SPLIT = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_FINGERS = {"thumb", "index", "middle", "ring", "pinky"}
FINGER_WORDS: dict[str, str] = {
    "thumb": "thumb daumen pouce pulgar pollice 親指",
    "index": "index zeigefinger indice point 人指 人差指",
    "middle": "middle mid mittelfinger majeur medio 中指",
    "ring": "ring ringfinger annulaire anular anulare 薬指",
    "pinky": "pinky little small kleiner auriculaire menique mignolo 小指",
}


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words and numbers of a bone name, without what stands before a colon or bar."""
    bare = re.split(r"[:|]", name)[-1]
    return tuple(word.casefold() for word in _SPLIT.findall(bare))


@cache
def side_of(name: str) -> str | None:
    """The side, "left" or "right", or None. "L", ".R", "lShldr", "LeftArm", "左ひじ", ..."""
    if "左" in name:
        return "left"
    if "右" in name:
        return "right"
    words = words_of(name)
    for word in words:
        if word in _LEFT:
            return "left"
        if word in _RIGHT:
            return "right"
    for word in words:
        for side, starts in (("left", ("left", "l")), ("right", ("right", "r"))):
            for start in starts:
                rest = word.removeprefix(start)
                if rest != word and any(rest == piece for piece, part in _PIECES if part != "helper"):
                    return side
    return None


@cache
def part_of(name: str) -> str | None:
    """The part of the body that ``name`` alone suggests: a joint without side, "spine", "finger", "palm", "helper"."""
    words = words_of(name)
    squashed = "".join(word for word in words if not word.isdigit())
    sided = side_of(name) is not None
    if "ＩＫ" in name:
        return "helper"
    if any(word in ("twist", "捩", "捻") or word.endswith("twist") for word in words) or "捩" in name:
        # necks are made of bones called so, and there is none beside them
        return "neck" if "neck" in squashed and not sided else "helper"
    if any(pair[0] in _FINGERS and pair[1] == "hand" for pair in zip(words, words[1:], strict=False)):
        return "palm"  # "MiddleHand": the middle of the hand
    if "hand" in words and _FINGERS & set(words):
        return "finger"  # "HandRing1"
    word = vague_word(name)
    if word is not None:
        above = {"up", "upper", "hi"} & set(words)
        below = {"low", "lower", "lo", "fore"} & set(words)
        parts = {"arm": "elbow" if below else "shoulder", "leg": "hip" if above else "knee", "shoulder": "collar"}
        return parts[word]
    found = _spelled_out(words, squashed)
    if found is None and sided:
        for word in words:
            for piece, part in (("foot", "ankle"), ("hand", "wrist"), ("toe", "foot"), ("hip", "hip")):
                if word[1:] == piece or (word.endswith(piece) and piece != "hip"):
                    return part
    if found == "pelvis" and sided:
        return "hip"
    return found


@cache
def vague_word(name: str) -> str | None:
    """Return "arm", "leg" or "shoulder" for a name that says this and nothing more definite; else None."""
    words = words_of(name)
    squashed = "".join(word for word in words if not word.isdigit())
    if side_of(name) is None or _spelled_out(words, squashed) is not None:
        return None
    for piece, word in (("arm", "arm"), ("leg", "leg"), ("shoulder", "shoulder"), ("jambe", "leg")):
        if squashed.endswith(piece) or piece in words:
            return word
    return None


def _spelled_out(words: tuple[str, ...], squashed: str) -> str | None:
    """The part whose longest piece occurs in a name."""
    for piece, part in _PIECES:
        if (piece in words) if piece in _WHOLE else (piece in squashed):
            return part
    return None


@cache
def series_of(name: str) -> tuple[str, ...]:
    """A name without its numbers, and which side it is on: the same for all bones that are told apart by number."""
    return tuple(word for word in words_of(name) if not word.isdigit())


@cache
def is_end_name(name: str) -> bool:
    """Whether a name says that it marks where the bone before it ends, as exporters add them."""
    words = words_of(name)
    return len(words) > 1 and words[-1] in ("end", "nub", "site")


@cache
def finger_of(name: str) -> str | None:
    """Which finger a bone name suggests, or None."""
    squashed = "".join(words_of(name))
    found = [finger for finger, text in FINGER_WORDS.items() if any(word in squashed for word in text.split())]
    return found[0] if found else None


@cache
def is_twist(name: str) -> bool:
    """Whether the name says that the bone shares its parent's twist."""
    return any(word in "".join(words_of(name)) for word in ("twist", "roll", "捩", "捻"))


@cache
def mirrored_name(name: str) -> str | None:
    """The name the bone of the other side would have, or None for a name without a side."""
    for here, there in (("左", "右"), ("Left", "Right"), ("left", "right"), ("LEFT", "RIGHT")):
        for a, b in ((here, there), (there, here)):
            if a in name:
                return name.replace(a, b, 1)
    side = re.search(r"(?:(?<=^)|(?<=[\W_]))([LRlr])(?=[\W_A-Z]|$)|(?<=^)([lr])(?=[A-Z])", name)
    if side is None:
        glued = {"l": "r", "r": "l", "L": "R", "R": "L"}.get(name[:1])
        return glued + name[1:] if glued is not None and side_of(name) is not None else None
    swap = {"L": "R", "R": "L", "l": "r", "r": "l"}
    return name[: side.start()] + swap[side.group(0)] + name[side.end() :]
