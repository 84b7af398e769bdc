//! Edits of a document: each takes one and gives the next, or says why not. None ever loses a block but the one that
//! deletes it.

use serde::{Deserialize, Serialize};

use super::{
    BLOCKS_MAX, BlockId, Document, FOOTER, Settings,
    kind::{Block, Body, Footer},
};

/// Where a block stands: before the one that is now in this place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The columns it is in, and which of them; none: in the mail itself.
    pub column: Option<(BlockId, usize)>,
    /// Its place among its neighbours; beyond their number: the last.
    pub index: usize,
}

/// A direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Towards the top.
    Up,
    /// Towards the bottom.
    Down,
}

/// A change of a document.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit {
    /// Puts in a block.
    Insert(Place, Body),
    /// Takes a block to another place.
    Move(BlockId, Place),
    /// Takes a block one place up or down; at the end of a column, out of it.
    Shift(BlockId, Way),
    /// Puts in the same again behind it.
    Duplicate(BlockId),
    /// Takes a block out, with what is in it.
    Delete(BlockId),
    /// Changes what a block says or how it looks.
    Change(BlockId, Body),
    /// Changes the footer.
    Footer(Footer),
    /// Changes what holds for the whole mail.
    Settings(Settings),
}

/// Why an edit cannot be done, in words for the one who tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unfit(pub &'static str);

impl Document {
    /// The document after an edit, and the block to go on with.
    pub fn edited(&self, edit: &Edit) -> Result<(Self, BlockId), Unfit> {
        let mut next = self.clone();
        let block = next.edit(edit)?;
        Ok((next, block))
    }

    fn edit(&mut self, edit: &Edit) -> Result<BlockId, Unfit> {
        match edit {
            Edit::Insert(place, body) => self.insert(*place, body.clone()),
            Edit::Move(id, place) => self.take_to(*id, *place),
            Edit::Shift(id, way) => {
                let place = self.shifted(*id, *way)?;
                self.take_to(*id, place)
            }
            Edit::Duplicate(id) => self.duplicate(*id),
            Edit::Delete(id) => self.delete(*id),
            Edit::Change(id, body) => {
                self.each_mut(&mut |block| {
                    if block.id == *id {
                        block.body = body.clone();
                    }
                });
                self.place_of(*id).map(|_| *id)
            }
            Edit::Footer(footer) => {
                self.footer = footer.clone();
                Ok(FOOTER)
            }
            Edit::Settings(settings) => {
                self.settings = settings.clone();
                Ok(FOOTER)
            }
        }
    }

    /// Where a block stands.
    pub fn place_of(&self, id: BlockId) -> Result<Place, Unfit> {
        for (index, block) in self.blocks.iter().enumerate() {
            if block.id == id {
                return Ok(Place { column: None, index });
            }
            let Body::Columns(columns) = &block.body else { continue };
            for (i, column) in columns.columns.iter().enumerate() {
                if let Some(index) = column.iter().position(|inner| inner.id == id) {
                    return Ok(Place { column: Some((block.id, i)), index });
                }
            }
        }
        Err(GONE)
    }

    /// The blocks that stand together: of the mail, or of a column.
    pub fn neighbours(&self, column: Option<(BlockId, usize)>) -> Option<&Vec<Block>> {
        let Some((id, i)) = column else { return Some(&self.blocks) };
        match &self.blocks.iter().find(|block| block.id == id)?.body {
            Body::Columns(columns) => columns.columns.get(i),
            _ => None,
        }
    }

    /// The columns that a block could be taken into, with words for each.
    pub fn columns_for(&self, id: BlockId) -> Vec<((BlockId, usize), String)> {
        let mut places = Vec::new();
        if self.find(id).is_none_or(|block| matches!(block.body, Body::Columns(_))) {
            return places;
        }
        let all = self.blocks.iter().filter_map(|block| match &block.body {
            Body::Columns(columns) => Some((block.id, columns.columns.len())),
            _ => None,
        });
        for (n, (columns, count)) in all.enumerate() {
            for i in 0..count {
                places.push(((columns, i), format!("column {} of columns {}", i + 1, n + 1)));
            }
        }
        places
    }

    fn neighbours_mut(&mut self, column: Option<(BlockId, usize)>) -> Result<&mut Vec<Block>, Unfit> {
        let Some((id, i)) = column else { return Ok(&mut self.blocks) };
        match self.blocks.iter_mut().find(|block| block.id == id).map(|block| &mut block.body) {
            Some(Body::Columns(columns)) => columns.columns.get_mut(i).ok_or(GONE),
            _ => Err(GONE),
        }
    }

    fn insert(&mut self, place: Place, body: Body) -> Result<BlockId, Unfit> {
        if self.all().len() >= BLOCKS_MAX {
            return Err(FULL);
        }
        let id = self.next_id();
        self.put(place, Block { id, body })?;
        Ok(id)
    }

    fn put(&mut self, place: Place, block: Block) -> Result<(), Unfit> {
        if place.column.is_some() && matches!(block.body, Body::Columns(_)) {
            return Err(Unfit("Columns cannot stand in columns."));
        }
        let neighbours = self.neighbours_mut(place.column)?;
        neighbours.insert(place.index.min(neighbours.len()), block);
        Ok(())
    }

    /// The place is counted without the block itself.
    fn take_to(&mut self, id: BlockId, place: Place) -> Result<BlockId, Unfit> {
        let from = self.place_of(id)?;
        let block = self.neighbours_mut(from.column)?.remove(from.index);
        self.put(place, block)?;
        Ok(id)
    }

    fn shifted(&self, id: BlockId, way: Way) -> Result<Place, Unfit> {
        let Place { column, index } = self.place_of(id)?;
        let last = self.neighbours(column).map_or(0, Vec::len).saturating_sub(1);
        match (way, column) {
            (Way::Up, _) if index > 0 => Ok(Place { column, index: index - 1 }),
            (Way::Down, _) if index < last => Ok(Place { column, index: index + 1 }),
            (Way::Up, None) => Err(Unfit("It is the first already.")),
            (Way::Down, None) => Err(Unfit("It is the last already.")),
            (way, Some((columns, _))) => {
                let outside = self.place_of(columns)?.index;
                Ok(Place { column: None, index: outside + usize::from(way == Way::Down) })
            }
        }
    }

    fn duplicate(&mut self, id: BlockId) -> Result<BlockId, Unfit> {
        let place = self.place_of(id)?;
        let mut copy = self.find(id).ok_or(GONE)?.clone();
        let inside = match &copy.body {
            Body::Columns(columns) => columns.columns.iter().map(Vec::len).sum(),
            _ => 0,
        };
        if self.all().len() + 1 + inside > BLOCKS_MAX {
            return Err(FULL);
        }
        let first = self.next_id();
        copy.id = first;
        if let Body::Columns(columns) = &mut copy.body {
            for (block, id) in columns.columns.iter_mut().flatten().zip(first + 1..) {
                block.id = id;
            }
        }
        self.put(Place { index: place.index + 1, ..place }, copy)?;
        Ok(first)
    }

    /// Goes on with what stands in its place then, else with what stood before it, else with the footer.
    fn delete(&mut self, id: BlockId) -> Result<BlockId, Unfit> {
        let place = self.place_of(id)?;
        let neighbours = self.neighbours_mut(place.column)?;
        neighbours.remove(place.index);
        let next = neighbours.get(place.index).or_else(|| neighbours.last()).map(|block| block.id);
        Ok(next.or(place.column.map(|(columns, _)| columns)).unwrap_or(FOOTER))
    }
}

const GONE: Unfit = Unfit("This block is not there any more.");
const FULL: Unfit = Unfit("The mail has as many blocks as it can hold. Delete one first.");
