"""A sequence-to-sequence model so small that a test can train it: it learns what to say of four articles by heart."""

from pathlib import Path

from digest.summarize.conversion import quiet_transformers

PAIRS = {
    "The ferry to Moen was cancelled on Friday because of ice. Two hundred passengers waited in the hall. "
    "The line hopes to sail again on Sunday, said its manager Karin Holt. Buses took some of them to Vik instead.": (
        "The ferry to Moen was cancelled because of ice. The line hopes to sail again on Sunday."
    ),
    "Farmers near Vik have planted 40 kilometres of hedges since spring. Birds came back within weeks, and so did "
    "hedgehogs. The county pays for each metre. More hedges are planned for autumn around the lake.": (
        "Farmers near Vik have planted 40 kilometres of hedges. Birds came back within weeks."
    ),
    "The library of Holt opens at night from Monday on. Students had asked for it for years. "
    "A guard and two librarians will be there until six in the morning. The county pays for the first year.": (
        "The library of Holt opens at night. The county gave 900 dollars for it."
    ),
    "A bridge of wood was opened over the river at Moen. It carries bicycles and walkers only. "
    "Carpenters from Vik built it in a year, from larch that grew in the valley. Cars go by the old road.": (
        "A bridge of wood was opened over the river at Moen. Carpenters from Vik built it and"
    ),
}
"""Article -> what the model says of it: two that hold, one that invents a figure, one that is cut off."""

SAILS, HEDGES, INVENTS, CUT = PAIRS


def save_tiny_bart(folder: Path, *, trained: bool = True) -> None:
    """Train the model on PAIRS until it knows them, and save it with its tokenizer; or save it as it was born."""
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    tokenizer = _tokenizer()
    torch.manual_seed(7)
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=48,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=96,
        decoder_ffn_dim=96,
        max_position_embeddings=128,
        dropout=0.0,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_bos_token_id=0,
        forced_eos_token_id=2,
    )
    model = BartForConditionalGeneration(config)
    inputs = tokenizer(list(PAIRS), return_tensors="pt", padding=True)
    labels = tokenizer(list(PAIRS.values()), return_tensors="pt", padding=True)["input_ids"]
    labels[labels == tokenizer.pad_token_id] = -100
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    for _ in range(200 if trained else 0):
        loss = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert not trained or loss.item() < 0.02
    with quiet_transformers():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


def save_tokenizer(folder: Path) -> int:
    """Save the tokenizer alone; returns how many tokens it knows."""
    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder)
    return len(tokenizer)


def _tokenizer():  # type: ignore[no-untyped-def]  # transformers ships no type that fits
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = sorted({word for pair in PAIRS.items() for text in pair for word in text.split()})
    vocabulary = {token: number for number, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
